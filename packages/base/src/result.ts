import type { ErrorCode } from "./codes.ts";

/** An expected outcome: either a value, or a named refusal with what the caller may be told (STYLE.md rule 12). */
export type Result<T, E = Failure> = Ok<T> | Err<E>;
export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}
export interface Err<E> {
  readonly ok: false;
  readonly error: E;
}

/** An expected refusal: a code from `codes`, and a sentence without personal data when the code's own does not say enough. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message?: string;
  /** Where the specification gives the code another status than its usual one. */
  readonly status?: number;
  /** Extra members of the error body, for example `retry_after_ms`. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Wraps a value as a success. */
export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

/** Builds a refusal with a code from `codes`. */
export function failure(code: ErrorCode, message?: string, extra?: Readonly<Record<string, unknown>>): Err<Failure> {
  return {
    ok: false,
    error: {
      code,
      ...(message === undefined ? {} : { message }),
      ...(extra === undefined ? {} : { extra }),
    },
  };
}

/** A refusal whose code has another status here than everywhere else. */
export function failureAs(status: number, code: ErrorCode, message: string): Err<Failure> {
  return { ok: false, error: { code, message, status } };
}

/** A `Failure` as an exception, for the few places that cannot return a `Result`; the HTTP layer answers it like one. */
export class FailureError extends Error {
  readonly failure: Failure;
  constructor(failed: Failure) {
    super(failed.message ?? failed.code);
    this.name = "FailureError";
    this.failure = failed;
  }
}

/** Marks a branch that the types say cannot be reached; throws if it is. */
export function unreachable(value: never): never {
  throw new Error(`unreachable case: ${String(value)}`);
}
