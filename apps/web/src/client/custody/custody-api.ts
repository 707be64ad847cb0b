import { custodyView, recoveryView, type CustodyView, type RecoveryView } from "@causeway/contract";
import type { CausewayCalls } from "../causeway-api.ts";
import { listIn } from "../read-json.ts";
import type { SignedKey } from "./custodian-key.ts";

export type { CustodyView, RecoveryView } from "@causeway/contract";

const BASE = "/custody";

function departmentPath(code: string): string {
  return `${BASE}/departments/${encodeURIComponent(code)}`;
}

function recoveryPath(id: string): string {
  return `${BASE}/recoveries/${encodeURIComponent(id)}`;
}

/** One's department's custodians, and how one's own shares stand. */
export async function ownCustody(api: CausewayCalls): Promise<CustodyView> {
  return custodyView.parse(await api.get(BASE));
}

/** The custodians of a department, for those who name them. */
export async function custodyOf(api: CausewayCalls, department: string): Promise<CustodyView> {
  return custodyView.parse(await api.get(departmentPath(department)));
}

/** Names the custodians of a department, or switches custody off. */
export async function nameCustodians(
  api: CausewayCalls,
  department: string,
  wish: { readonly enabled: boolean; readonly custodians: readonly string[] },
): Promise<CustodyView> {
  return custodyView.parse(await api.put(departmentPath(department), wish));
}

/** Leaves a custodian's own key with the server. */
export async function putOwnKey(api: CausewayCalls, key: SignedKey): Promise<void> {
  await api.put(`${BASE}/key`, key);
}

/** Leaves the two sealed shares with the server. */
export async function putShares(
  api: CausewayCalls,
  shares: readonly { readonly custodian: string; readonly sealed: string }[],
): Promise<CustodyView> {
  return custodyView.parse(await api.put(`${BASE}/shares`, { shares }));
}

/** Asks the custodians to give one's shares to the device that has this key. */
export async function askForRecovery(api: CausewayCalls, key: SignedKey): Promise<RecoveryView> {
  return recoveryView.parse(await api.post(`${BASE}/recoveries`, { key }));
}

/** One's own recoveries, or those that wait for oneself as custodian. */
export async function recoveriesOf(api: CausewayCalls, list: "mine" | "to-decide"): Promise<readonly RecoveryView[]> {
  return listIn(await api.get(`${BASE}/recoveries`, { list }), "recoveries").map((one) => recoveryView.parse(one));
}

/** One recovery. */
export async function recoveryOf(api: CausewayCalls, id: string): Promise<RecoveryView> {
  return recoveryView.parse(await api.get(recoveryPath(id)));
}

/** What is done with a recovery, and the body that it takes. */
export type RecoveryAct =
  | { readonly act: "agree"; readonly body: { readonly sealed: string; readonly checked_face_to_face: true } }
  | { readonly act: "refuse"; readonly body: { readonly reason: string } }
  | { readonly act: "withdraw"; readonly body: object };

/** Answers a recovery, or takes it back. */
export async function actOnRecovery(api: CausewayCalls, id: string, { act, body }: RecoveryAct): Promise<RecoveryView> {
  return recoveryView.parse(await api.post(`${recoveryPath(id)}/${act}`, body));
}
