import { failure, type Result } from "@causeway/base";
import type { AccessRequest } from "./types.ts";

/** There is no such thing, or none that the caller may know of. */
export function unknown(): Result<never> {
  return failure("ACCESS_UNKNOWN");
}

/** Somebody may not do this, although they may see it. */
export function notPermitted(reason: string): Result<never> {
  return failure("NOT_PERMITTED", undefined, { reason });
}

/** The step does not follow from where a request stands. */
export function wrongState(request: Pick<AccessRequest, "state" | "version">, reason?: string): Result<never> {
  const { state, version } = request;
  return failure("ACCESS_STATE", undefined, { state, version, ...(reason === undefined ? {} : { reason }) });
}

/** Somebody was faster: what was decided, and by whom. */
export function alreadyDecided(request: AccessRequest): Result<never> {
  const { decided } = request;
  return failure("ACCESS_DECIDED", undefined, {
    state: request.state,
    ...(decided === undefined ? {} : { outcome: decided.outcome, decided_by: decided.by, decided_at: decided.at }),
  });
}
