import { unreachable } from "@causeway/base";
import type { RequestState } from "@causeway/contract";

/** What can be done to a request, or to the grant that came of it. */
export type RequestAct =
  | "ask"
  | "advise"
  | "approve"
  | "approve-less"
  | "question"
  | "answer"
  | "refuse"
  | "withdraw"
  | "begin"
  | "extend"
  | "revoke"
  | "lapse";

/** Every act. */
export const requestActs: readonly RequestAct[] = [
  "ask",
  "advise",
  "approve",
  "approve-less",
  "question",
  "answer",
  "refuse",
  "withdraw",
  "begin",
  "extend",
  "revoke",
  "lapse",
];

const WAITING: ReadonlySet<RequestState> = new Set<RequestState>(["asked", "advised", "question"]);
const DECIDED: ReadonlySet<RequestState> = new Set<RequestState>(["approved", "approved-with-less", "refused"]);
const OPEN: ReadonlySet<RequestState> = new Set<RequestState>(["active", "extended"]);
const OVER: ReadonlySet<RequestState> = new Set<RequestState>(["refused", "withdrawn", "revoked", "lapsed"]);

/** The states of a request that waits for somebody. */
export const waitingStates: readonly RequestState[] = [...WAITING];

/** Whether a request waits for advice, a decision or an answer. */
export function isWaiting(state: RequestState): boolean {
  return WAITING.has(state);
}

/** Whether a decision has been made, whatever came of it since. */
export function isDecided(state: RequestState): boolean {
  return DECIDED.has(state) || OPEN.has(state) || state === "revoked" || state === "lapsed";
}

/** Whether something is open because of it. */
export function isOpenState(state: RequestState): boolean {
  return OPEN.has(state);
}

/** Whether nothing can follow. */
export function isOver(state: RequestState): boolean {
  return OVER.has(state);
}

/**
 * The state that follows; undefined when the act is not possible there. Advice is given once, and before a question is asked or after
 * it is answered; `wasAdvised` says where an answer leads back to.
 */
export function nextState(
  state: RequestState,
  act: RequestAct,
  { wasAdvised }: { readonly wasAdvised: boolean } = { wasAdvised: false },
): RequestState | undefined {
  switch (act) {
    case "ask":
      return state === "draft" ? "asked" : undefined;
    case "advise":
      return state === "asked" && !wasAdvised ? "advised" : undefined;
    case "approve":
      return WAITING.has(state) ? "approved" : undefined;
    case "approve-less":
      return WAITING.has(state) ? "approved-with-less" : undefined;
    case "refuse":
      return WAITING.has(state) ? "refused" : undefined;
    case "question":
      return state === "asked" || state === "advised" ? "question" : undefined;
    case "answer":
      if (state !== "question") return undefined;
      return wasAdvised ? "advised" : "asked";
    case "withdraw":
      return state === "draft" || WAITING.has(state) ? "withdrawn" : undefined;
    case "begin":
      return state === "approved" || state === "approved-with-less" ? "active" : undefined;
    case "extend":
      return OPEN.has(state) || state === "approved" || state === "approved-with-less" ? "extended" : undefined;
    case "revoke":
      return OPEN.has(state) ? "revoked" : undefined;
    case "lapse":
      return OPEN.has(state) || WAITING.has(state) ? "lapsed" : undefined;
    default:
      return unreachable(act);
  }
}
