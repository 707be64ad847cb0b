/**
 * A value has no canonical JSON: a fraction, an integer outside ±(2^53−1), a lone surrogate, nesting beyond measure, or something
 * that is not JSON.
 */
export class NotCanonicalError extends Error {
  constructor(what: string) {
    super(what);
    this.name = "NotCanonicalError";
  }
}

/** How deep values may be nested: far beyond what any parser here lets in, and far from the end of the stack. */
const MAX_DEPTH = 512;

/**
 * Canonical JSON (Matrix specification, appendices): keys in the order of their code points, no white space, integers only.
 * Members that are `undefined` are left out, as `JSON.stringify` does. Throws `NotCanonicalError`.
 */
export function canonicalJson(value: unknown): string {
  return text(value, 0);
}

function text(value: unknown, depth: number): string {
  switch (typeof value) {
    case "string":
      return quoted(value);
    case "number":
      return integer(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      if (depth >= MAX_DEPTH) throw new NotCanonicalError("a value nested too deep");
      if (Array.isArray(value)) return list(value, depth + 1);
      return isRecord(value) ? object(value, depth + 1) : "";
    default:
      throw new NotCanonicalError(`a value of type ${typeof value}`);
  }
}

/** Text up to this length is looked at unit by unit: most keys and ids then need neither escapes nor a call into the engine. */
const SHORT = 64;

function quoted(value: string): string {
  if (value.length <= SHORT && isPlain(value)) return `"${value}"`;
  if (!value.isWellFormed()) throw new NotCanonicalError("a lone surrogate");
  return JSON.stringify(value);
}

/** Printable ASCII without quotation marks and backslashes. */
function isPlain(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const unit = value.charCodeAt(at);
    if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === 0x5c) return false;
  }
  return true;
}

function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new NotCanonicalError("a number that is not an integer within ±(2^53−1)");
  return value === 0 ? "0" : String(value);
}

function list(values: readonly unknown[], depth: number): string {
  let out = "[";
  for (let index = 0; index < values.length; index += 1) {
    out += index === 0 ? text(values[index], depth) : `,${text(values[index], depth)}`;
  }
  return `${out}]`;
}

function isRecord(value: object): value is Readonly<Record<string, unknown>> {
  return !Array.isArray(value);
}

function object(value: Readonly<Record<string, unknown>>, depth: number): string {
  const keys = Object.keys(value);
  if (!isSorted(keys)) keys.sort(byCodePoint);
  let out = "";
  for (const key of keys) {
    const member = value[key];
    if (member === undefined) continue;
    out += `${out === "" ? "{" : ","}${quoted(key)}:${text(member, depth)}`;
  }
  return out === "" ? "{}" : `${out}}`;
}

function isSorted(keys: readonly string[]): boolean {
  for (let index = 1; index < keys.length; index += 1) {
    if (byCodePoint(keys[index - 1] ?? "", keys[index] ?? "") > 0) return false;
  }
  return true;
}

/** UTF-16 units compare like code points, except that surrogates stand for more than U+E000 to U+FFFF. */
function byCodePoint(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
