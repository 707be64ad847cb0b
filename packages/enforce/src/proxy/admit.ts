import type { Instant } from "@causeway/base";
import type { MachineSeen, Permission, Verdict } from "@causeway/policy";
import type { Claim, Judge } from "../embedded/judge.ts";
import type { EmbeddedSource } from "../embedded/ports.ts";
import type { Fault } from "./answers.ts";
import type { ProxyAuthentication } from "./authenticate.ts";
import type { Routes } from "./networks.ts";
import type { RefusedRequest } from "./ports.ts";
import { hasPassed, urlOf, type ProxyRequest } from "./requests.ts";
import { hostHeaderOf, type Place } from "./target.ts";

/** A request that may go on. */
export interface Admission {
  readonly kind: "admitted";
  readonly claim: Claim;
  readonly proof: string | undefined;
  readonly ends: Instant | undefined;
  /** How much may go out; undefined: any amount. */
  readonly bytesUp: number | undefined;
  /** It goes to Causeway itself. */
  readonly isOwn: boolean;
}

/** What becomes of a request before anything is connected. */
export type Admitted =
  | Admission
  | { readonly kind: "fault"; readonly fault: Fault }
  | { readonly kind: "refused"; readonly refused: RefusedRequest };

/** What is needed to say who may pass. */
export interface AdmitParts {
  readonly judge: Judge;
  readonly authentication: ProxyAuthentication;
  readonly routes: Routes;
  readonly count: EmbeddedSource["count"];
  readonly own: () => string | undefined;
  readonly via: string;
  readonly bytesUpWithoutUpload: number;
}

const NOBODY: MachineSeen = { key: "", class: "internal-desktop" };

/** Says what becomes of a request from an address. */
export function admit(parts: AdmitParts, request: ProxyRequest, address: string): Admitted {
  if (hasPassed(request.head, parts.via)) return { kind: "fault", fault: "loop" };
  const known = parts.authentication.check(request.authorization, address);
  if (known.kind !== "known") return { kind: "fault", fault: known.kind === "throttled" ? "throttled" : "needs-proof" };
  const { claim, proof } = known;
  if (parts.judge.policy === undefined) return { kind: "fault", fault: "no-policy" };
  const isOwn = parts.own() === hostHeaderOf(request.target, -1);
  if (isOwn && request.otherHost === undefined)
    return { kind: "admitted", claim, proof, ends: undefined, bytesUp: undefined, isOwn };
  const verdict = judged(parts, { claim, request, place: request.target });
  if (verdict.kind === "refused") return verdict;
  if (request.otherHost !== undefined) {
    const other = judged(parts, { claim, request, place: request.otherHost });
    return other.kind === "refused" ? other : { kind: "fault", fault: "host-differs" };
  }
  if (!parts.routes.mayUsePort(request.target.port)) return refusedFor("port", { request, claim });
  const { ends, upload } = verdict.permission;
  return {
    ...{ kind: "admitted", claim, proof, ends, isOwn: false },
    bytesUp: upload ? undefined : parts.bytesUpWithoutUpload,
  };
}

/** A refusal that is not the policy's. */
export function refusedFor(
  reason: "port" | "private" | "upload",
  from: { readonly request: ProxyRequest; readonly claim: Claim },
): { readonly kind: "refused"; readonly refused: RefusedRequest } {
  const { request, claim } = from;
  const machine = claim.machine ?? claim.address;
  return { kind: "refused", refused: { url: urlOf(request), host: request.target.host.host, machine, reason } };
}

function judged(
  parts: AdmitParts,
  asked: { readonly claim: Claim; readonly request: ProxyRequest; readonly place: Place },
):
  | { readonly kind: "refused"; readonly refused: RefusedRequest }
  | { readonly kind: "allowed"; readonly permission: Permission } {
  const { claim, request, place } = asked;
  const machine = parts.judge.whoIs(claim)?.machine ?? NOBODY;
  const verdict: Verdict = parts.judge.judge(claim, place.host.host) ?? { allowed: false, reason: "bad-host" };
  parts.count(machine, verdict);
  if (verdict.allowed) return { kind: "allowed", permission: verdict };
  const { reason, service, clause } = verdict;
  return {
    kind: "refused",
    refused: {
      ...{ url: urlOf(request), host: place.host.host, machine: claim.machine ?? claim.address },
      reason: reason === "bad-host" ? "address" : reason,
      ...(service === undefined ? {} : { service }),
      ...(clause === undefined ? {} : { clause }),
    },
  };
}
