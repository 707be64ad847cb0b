/** The word of a list that a mistyped one was perhaps meant to be: few letters away, or the same but for case and marks. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const plain = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, "");
  const meant = plain(typed);
  let best: string | undefined;
  let least = Math.max(1, Math.floor(meant.length / 3)) + 1;
  for (const word of known) {
    const candidate = plain(word);
    // The last part of a key is what people remember.
    const last = plain(word.split(".").at(-1) ?? word);
    const lastTyped = plain(typed.split(".").at(-1) ?? typed);
    const away = Math.min(distance(meant, candidate), last === lastTyped ? 1 : least);
    if (away < least) [best, least] = [word, away];
  }
  return best;
}

/** How many letters have to be put in, taken out, changed or swapped with their neighbour. */
function distance(left: string, right: string): number {
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row.at(-1) ?? 0;
}
