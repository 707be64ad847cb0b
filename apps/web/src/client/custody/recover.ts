import { encodeBase64 } from "../base64.ts";
import type { RecoveryView } from "./custody-api.ts";
import type { GoodCustodian } from "./custodians.ts";
import { openGiven, openKept, sealForCustodian, sealForDevice, type Share } from "./envelopes.ts";
import { isSealingKey } from "./sealing.ts";
import { joined, splitInTwo } from "./split.ts";

/** Splits a recovery key and seals one half to each of two custodians. */
export async function sealedShares(
  person: string,
  key: Uint8Array<ArrayBuffer>,
  custodians: readonly [GoodCustodian, GoodCustodian],
): Promise<readonly { readonly custodian: string; readonly sealed: string }[]> {
  const halves = splitInTwo(key);
  const split = encodeBase64(crypto.getRandomValues(new Uint8Array(16)));
  return await Promise.all(
    custodians.map(async ({ userId: custodian, publicKey }, at) => {
      const bytes = halves[at === 0 ? 0 : 1];
      return { custodian, sealed: await sealForCustodian(publicKey, { person, custodian }, { bytes, split }) };
    }),
  );
}

/** Why a half could not be passed on, or the key not be put together. */
export type RecoveryFault = "not-mine" | "bad-key" | "not-theirs" | "two-splits";

/** What came of it. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: RecoveryFault };

/**
 * A custodian's half, opened and sealed anew to the device that asks. It is looked at that the half is this person's: a server could
 * show one person's half under another's request.
 */
export async function halfForDevice(
  recovery: RecoveryView,
  custodian: string,
  secretKey: string,
): Promise<Outcome<string>> {
  const { recovery_id, person, key, my_share: kept } = recovery;
  if (!isSealingKey(key)) return { ok: false, fault: "bad-key" };
  const whose = { person: person.user_id, custodian };
  const share = kept === undefined ? undefined : await openKept(secretKey, whose, kept);
  if (share === undefined) return { ok: false, fault: "not-mine" };
  return { ok: true, value: await sealForDevice(key.public_key, { ...whose, recovery: recovery_id }, share) };
}

/** The recovery key out of what two custodians gave to this device: two different ones, each for this recovery, of one splitting. */
export async function keyFromHalves(
  recovery: RecoveryView,
  person: string,
  secretKey: string,
): Promise<Outcome<Uint8Array<ArrayBuffer>>> {
  const halves: Share[] = [];
  const sealed = new Set(recovery.shares);
  for (const custodian of new Set(recovery.custodians.map((one) => one.user_id))) {
    for (const one of sealed) {
      const whose = { person, custodian, recovery: recovery.recovery_id };
      const share = await openGiven(secretKey, whose, one);
      if (share === undefined) continue;
      halves.push(share);
      sealed.delete(one);
      break;
    }
  }
  if (halves.length !== 2) return { ok: false, fault: "not-theirs" };
  const key = joined(halves.map(({ bytes }) => bytes));
  if (key === undefined || new Set(halves.map(({ split }) => split)).size !== 1)
    return { ok: false, fault: "two-splits" };
  return { ok: true, value: key };
}
