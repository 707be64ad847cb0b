/** Bytes `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a `Range` header asks for: everything, one part, or something that the file does not have. */
export type RangeChoice =
  | { readonly kind: "whole" }
  | { readonly kind: "part"; readonly range: ByteRange }
  | { readonly kind: "unsatisfiable" };

const whole: RangeChoice = { kind: "whole" };
const unsatisfiable: RangeChoice = { kind: "unsatisfiable" };
const SINGLE = /^bytes=[ \t]*([0-9]{0,15})-([0-9]{0,15})[ \t]*$/i;

/**
 * Reads a `Range` header (RFC 9110, 14.2). One range is honoured. Several ranges, other units and anything malformed are
 * ignored, as the RFC allows: answering many small ranges of one file is a known way to exhaust a server.
 */
export function chooseRange(header: string | undefined, length: number): RangeChoice {
  const match = header === undefined ? null : SINGLE.exec(header);
  if (match === null) return whole;
  const [, from = "", to = ""] = match;
  if (from === "") return to === "" ? whole : suffix(Number(to), length);
  const start = Number(from);
  const end = to === "" ? length - 1 : Number(to);
  if (to !== "" && end < start) return whole;
  if (start >= length) return unsatisfiable;
  return { kind: "part", range: { start, end: Math.min(end, length - 1) } };
}

function suffix(count: number, length: number): RangeChoice {
  if (count === 0 || length === 0) return unsatisfiable;
  return { kind: "part", range: { start: Math.max(0, length - count), end: length - 1 } };
}

/** Whether an `If-None-Match` header names the tag (RFC 9110, 13.1.2: weak comparison). */
export function matchesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === "*") return true;
  return header.split(",").some((one) => one.trim().replace(/^W\//, "") === tag);
}

/** Whether an `If-Range` header lets the `Range` header count (RFC 9110, 13.1.5: strong comparison; dates never match, as none is sent). */
export function rangeStillHolds(header: string | undefined, tag: string): boolean {
  return header === undefined || header.trim() === tag;
}
