import { failure, type Result } from "@causeway/base";

/** There is no such thing in the directory. */
export function unknown(what: string): Result<never> {
  return failure("DIRECTORY_UNKNOWN", `The directory has no such ${what}.`);
}

/** What is wanted contradicts what is there. `reason` is for programs. */
export function conflict(reason: string, message: string): Result<never> {
  return failure("DIRECTORY_CONFLICT", message, { reason });
}

/** Somebody may not do this, although their roles let them do such things. */
export function notPermitted(reason: string): Result<never> {
  return failure("NOT_PERMITTED", undefined, { reason });
}
