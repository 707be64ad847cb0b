/** A value has no canonical JSON: a fraction, an integer outside ±(2^53−1), a lone surrogate, or something that is not JSON. */
export class NotCanonicalError extends Error {
  constructor(what: string) {
    super(what);
    this.name = "NotCanonicalError";
  }
}

/**
 * Canonical JSON (Matrix specification, appendices): keys in the order of their code points, no white space, integers only.
 * Members that are `undefined` are left out, as `JSON.stringify` does. Throws `NotCanonicalError`.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case "string":
      return quoted(value);
    case "number":
      return integer(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      return Array.isArray(value) ? list(value) : object(value);
    default:
      throw new NotCanonicalError(`a value of type ${typeof value}`);
  }
}

function quoted(text: string): string {
  if (!text.isWellFormed()) throw new NotCanonicalError("a lone surrogate");
  return JSON.stringify(text);
}

function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new NotCanonicalError("a number that is not an integer within ±(2^53−1)");
  return value === 0 ? "0" : String(value);
}

function list(values: readonly unknown[]): string {
  let out = "[";
  for (let index = 0; index < values.length; index += 1) {
    out += index === 0 ? canonicalJson(values[index]) : `,${canonicalJson(values[index])}`;
  }
  return `${out}]`;
}

function object(value: object): string {
  const keys = Object.keys(value);
  if (!isSorted(keys)) keys.sort(byCodePoint);
  let out = "";
  for (const key of keys) {
    const member: unknown = Reflect.get(value, key);
    if (member === undefined) continue;
    out += `${out === "" ? "{" : ","}${quoted(key)}:${canonicalJson(member)}`;
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
