/**
 * Texts with commas between them, put together without copying: the engine does that once, when the whole answer is written.
 * `join` copies, and an answer of a hundred events would be copied again by each part of it that holds them.
 */
export function commaSeparated(texts: readonly string[]): string {
  let whole = texts[0] ?? "";
  for (let at = 1; at < texts.length; at += 1) whole += `,${texts[at] ?? ""}`;
  return whole;
}
