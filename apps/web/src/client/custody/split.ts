/**
 * Splits a key in two of two: the first share is drawn at random, the second is the key XOR the first. Either alone is as good as
 * random bytes; no cryptography is needed beyond the browser's random numbers.
 */
export function splitInTwo(key: Uint8Array<ArrayBuffer>): readonly [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>] {
  const first = crypto.getRandomValues(new Uint8Array(key.length));
  return [first, exclusiveOr(key, first)];
}

/** Joins two shares; undefined when they cannot belong together. */
export function joined(shares: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> | undefined {
  const [first, second, ...more] = shares;
  if (first === undefined || second === undefined || more.length > 0) return undefined;
  return first.length === 0 || first.length !== second.length ? undefined : exclusiveOr(first, second);
}

function exclusiveOr(left: Uint8Array<ArrayBuffer>, right: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return left.map((byte, at) => byte ^ (right[at] ?? 0));
}
