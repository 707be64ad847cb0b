import {
  grantView,
  lookView,
  requestView,
  reviewView,
  type GrantView,
  type LookView,
  type RequestView,
  type ReviewView,
} from "@causeway/contract";
import type { CausewayApi } from "../causeway-api.ts";
import { listIn, numberIn, textIn } from "../read-json.ts";
import { withProof, type Proof } from "../step-up.ts";

export type { GrantView, LookView, RequestView, ReviewView } from "@causeway/contract";

const BASE = "/access";

function idPart(id: string): string {
  return encodeURIComponent(id);
}

/** Which list of requests. */
export type RequestList = "mine" | "to-decide" | "to-advise";

/** Requests, newest first. */
export async function requestsOf(api: CausewayApi, list: RequestList): Promise<readonly RequestView[]> {
  const answer = await api.get(`${BASE}/requests`, { list });
  return listIn(answer, "requests").map((one) => requestView.parse(one));
}

/** One request. */
export async function requestOf(api: CausewayApi, id: string): Promise<RequestView> {
  return requestView.parse(await api.get(`${BASE}/requests/${idPart(id)}`));
}

/** The grants that are in force for oneself. */
export async function grantsOf(api: CausewayApi): Promise<readonly GrantView[]> {
  return listIn(await api.get(`${BASE}/grants`), "grants").map((one) => grantView.parse(one));
}

/** One grant. */
export async function grantOf(api: CausewayApi, id: string): Promise<GrantView> {
  return grantView.parse(await api.get(`${BASE}/grants/${idPart(id)}`));
}

/** What somebody asks for. */
export interface Wish {
  readonly need: string;
  readonly label: string;
  readonly until: number;
  readonly url?: string;
  readonly services?: readonly string[];
  readonly upload?: boolean;
  readonly machine_hint?: string;
}

/** Asks for an authorisation. */
export async function askFor(api: CausewayApi, wish: Wish): Promise<RequestView> {
  return requestView.parse(await api.post(`${BASE}/requests`, wish));
}

/** Opens at once for a short time; the DITSO is told. */
export async function breakGlass(
  api: CausewayApi,
  wish: Omit<Wish, "until" | "upload">,
  auth: Proof | undefined,
): Promise<RequestView> {
  return requestView.parse(await api.post(`${BASE}/break-glass`, { ...wish, ...withProof(auth) }));
}

/** What something is done with, and the proof when one was asked for. */
export interface Acting {
  readonly id: string;
  readonly auth?: Proof | undefined;
}

/** What is done with a request, and the body that it takes. */
export type RequestAct =
  | { readonly act: "decide"; readonly body: Readonly<Record<string, unknown>> & { readonly decision: string } }
  | { readonly act: "advise"; readonly body: { readonly advice: string; readonly reason?: string } }
  | { readonly act: "answer"; readonly body: { readonly answer: string } }
  | { readonly act: "withdraw" | "ask"; readonly body: object };

/** Does something with a request; the server may ask for a proof first. */
export async function actOn(api: CausewayApi, { id, auth }: Acting, { act, body }: RequestAct): Promise<RequestView> {
  return requestView.parse(await api.post(`${BASE}/requests/${idPart(id)}/${act}`, { ...body, ...withProof(auth) }));
}

/** Ends a grant at once. */
export async function revoke(api: CausewayApi, id: string, reason: string): Promise<GrantView> {
  return grantView.parse(await api.post(`${BASE}/grants/${idPart(id)}/revoke`, { reason }));
}

/** Asks for more time for a grant. */
export async function extend(
  api: CausewayApi,
  id: string,
  wish: { need: string; until: number },
): Promise<RequestView> {
  return requestView.parse(await api.post(`${BASE}/grants/${idPart(id)}/extend`, wish));
}

/** The DITSO's look at a break-glass. */
export async function reviewGlass(
  api: CausewayApi,
  { id, auth }: Acting,
  body: { readonly verdict: "justified" | "not-justified"; readonly reason: string },
): Promise<GrantView> {
  return grantView.parse(await api.post(`${BASE}/grants/${idPart(id)}/glass-review`, { ...body, ...withProof(auth) }));
}

/** The reviews of necessity of one's departments. */
export async function reviewsOf(api: CausewayApi): Promise<readonly ReviewView[]> {
  return listIn(await api.get(`${BASE}/reviews`), "reviews").map((one) => reviewView.parse(one));
}

/** Keeps or drops grants. */
export async function judge(
  api: CausewayApi,
  id: string,
  verdicts: { readonly keep?: readonly string[]; readonly drop?: readonly string[]; readonly reason?: string },
): Promise<ReviewView> {
  return reviewView.parse(await api.post(`${BASE}/reviews/${idPart(id)}/verdicts`, verdicts));
}

/** A page of the register. */
export interface RegisterPage {
  readonly rows: readonly RequestView[];
  readonly total: number;
  readonly next: string | undefined;
}

/** What the register is filtered by; empty texts count as not given. */
export type RegisterFilter = Readonly<Partial<Record<"department" | "service" | "person" | "state", string>>>;

function filled(filter: RegisterFilter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== "" && entry[1] !== undefined),
  );
}

/** A page of the register, newest first. */
export async function registerOf(api: CausewayApi, filter: RegisterFilter, from?: string): Promise<RegisterPage> {
  const query = { ...filled(filter), ...(from === undefined ? {} : { from }) };
  const answer = await api.get(`${BASE}/register`, query);
  return {
    rows: listIn(answer, "rows").map((one) => requestView.parse(one)),
    total: numberIn(answer, "total") ?? 0,
    next: textIn(answer, "next") || undefined,
  };
}

/** The address of the register as a file, under the Causeway API. */
export function registerFile(kind: "csv" | "pdf", filter: RegisterFilter, language: string): string {
  const query = new URLSearchParams({ ...filled(filter), language });
  return `/causeway/v1${BASE}/register/${kind}?${query.toString()}`;
}

/** The address of the proof of a grant and its request, with who and why. */
export function proofOf(grant: Pick<GrantView, "grant_id" | "request_id">): string {
  const query = new URLSearchParams({ disclose: "true" });
  for (const thing of [grant.request_id, grant.grant_id]) query.append("on", thing);
  return `/causeway/v1/audit/proofs?${query.toString()}`;
}

/** One step of the chart. */
export interface ChartPoint {
  readonly at: number;
  readonly inForce: number;
  readonly began: number;
  readonly ended: number;
}

/** Grants over time. */
export async function chartOf(api: CausewayApi, filter: RegisterFilter): Promise<readonly ChartPoint[]> {
  const { state: _state, ...rest } = filter;
  const answer = await api.get(`${BASE}/register/chart`, filled(rest));
  return listIn(answer, "points").map((one) => ({
    at: numberIn(one, "at") ?? 0,
    inForce: numberIn(one, "in_force") ?? 0,
    began: numberIn(one, "began") ?? 0,
    ended: numberIn(one, "ended") ?? 0,
  }));
}

/** Which list of looks at one person's records. */
export type LookList = "mine" | "to-decide" | "about-me";

/** Looks at one person's records. */
export async function looksOf(api: CausewayApi, list: LookList): Promise<readonly LookView[]> {
  return listIn(await api.get(`${BASE}/looks`, { list }), "looks").map((one) => lookView.parse(one));
}

/** Asks to look at one person's records. */
export async function askLook(
  api: CausewayApi,
  wish: { readonly person: string; readonly reason: string; readonly until: number },
): Promise<LookView> {
  return lookView.parse(await api.post(`${BASE}/looks`, wish));
}

/** Decides, ends or silences a look. */
export async function actOnLook(
  api: CausewayApi,
  { id, auth }: Acting,
  what: { readonly act: "decide" | "end" | "silence"; readonly body: object },
): Promise<LookView> {
  return lookView.parse(
    await api.post(`${BASE}/looks/${idPart(id)}/${what.act}`, { ...what.body, ...withProof(auth) }),
  );
}

/** The person's grants with their use, while a look is open. */
export async function recordsOf(api: CausewayApi, id: string): Promise<readonly GrantView[]> {
  return listIn(await api.get(`${BASE}/looks/${idPart(id)}/records`), "grants").map((one) => grantView.parse(one));
}
