/** A stretch of text that may hold a number. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

const BEFORE = 64;
const AFTER = 64;

/**
 * Where numbers may be: around each run of four digits, wide enough for a card with spaces and for the words that stand beside a
 * number. Neighbours are joined, so that nothing is found twice.
 */
export function numberWindows(text: string): readonly Window[] {
  const windows: { start: number; end: number }[] = [];
  for (const match of text.matchAll(/[0-9]{4}/g)) {
    const start = Math.max(0, match.index - BEFORE);
    const end = Math.min(text.length, match.index + 4 + AFTER);
    const last = windows.at(-1);
    if (last !== undefined && start <= last.end) last.end = end;
    else windows.push({ start, end });
  }
  return windows;
}
