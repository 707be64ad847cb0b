/**
 * The lines that were made now; where one says what the line of its key said before, the earlier object stays, so that a view draws
 * only what changed.
 */
export function keepingSame<T extends { readonly key: string }>(before: readonly T[], now: readonly T[]): readonly T[] {
  const known = new Map(before.map((item) => [item.key, item]));
  return now.map((item) => {
    const earlier = known.get(item.key);
    return earlier !== undefined && isSame(earlier, item) ? earlier : item;
  });
}

/** Whether two values of plain data say the same. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [keys, others] = [Object.keys(one), Object.keys(other)];
  return keys.length === others.length && keys.every((key) => isSame(Reflect.get(one, key), Reflect.get(other, key)));
}
