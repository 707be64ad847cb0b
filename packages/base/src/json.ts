import { failure, ok, type Result } from "./result.ts";

/** What parsed JSON may be at most. */
export interface JsonLimits {
  /** How deep arrays and objects may be nested. */
  readonly maxDepth: number;
}

const INEXACT = "A number is too large to be kept exactly.";
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses JSON from outside. Beyond `JSON.parse` it refuses what would be read differently elsewhere or break later: nesting
 * deeper than allowed, a key given twice in one object, numbers that a double cannot hold exactly or at all, the key `__proto__`.
 */
export function parseJson(text: string, limits: JsonLimits): Result<unknown> {
  let value: unknown;
  try {
    const fault = scan(text, limits.maxDepth);
    // A number that is too large is good JSON, but not in Matrix (appendices, "Canonical JSON").
    if (fault !== undefined) return failure(fault === INEXACT ? "M_BAD_JSON" : "M_NOT_JSON", fault);
    value = JSON.parse(text);
  } catch {
    return failure("M_NOT_JSON");
  }
  return ok(value);
}

/** One pass over the text's structure; relies on `JSON.parse` for everything about its form. */
function scan(text: string, maxDepth: number): string | undefined {
  const keys: (Set<string> | undefined)[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      if (keys[depth - 1] !== undefined && isKey(text, end)) {
        const fault = addKey(keys[depth - 1], text.slice(at, end + 1));
        if (fault !== undefined) return fault;
      }
      at = end;
    } else if (code === 0x7b || code === 0x5b) {
      if (depth >= maxDepth) return `The JSON is nested deeper than ${maxDepth}.`;
      keys[depth] = code === 0x7b ? new Set() : undefined;
      depth += 1;
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const end = endOfNumber(text, at);
      if (!isExact(text.slice(at, end))) return INEXACT;
      at = end - 1;
    }
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const end = text.indexOf('"', at);
    if (end < 0) return text.length;
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
    at = end + 1;
  }
  return text.length;
}

function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return text.charCodeAt(at) === 0x3a;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function addKey(keys: Set<string> | undefined, quoted: string): string | undefined {
  const key = quoted.includes("\\") ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
  if (key === "__proto__") return "A key may not be `__proto__`.";
  if (keys?.has(key) === true) return "A key is given twice in one object.";
  keys?.add(key);
  return undefined;
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const part =
      (code >= 0x30 && code <= 0x39) ||
      code === 0x2b ||
      code === 0x2d ||
      code === 0x2e ||
      code === 0x45 ||
      code === 0x65;
    if (!part) break;
    at += 1;
  }
  return at;
}

/** Short numbers are exact; long ones are looked at. */
function isExact(digits: string): boolean {
  if (digits.length < 16 && !/[eE]/.test(digits)) return true;
  const value = Number(digits);
  if (!Number.isFinite(value)) return false;
  return /[.eE]/.test(digits) ? Math.abs(value) <= Number.MAX_SAFE_INTEGER : Number.isSafeInteger(value);
}
