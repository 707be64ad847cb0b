import { isDay } from "./calendar.ts";
import { isNear, WORDS } from "./context.ts";
import type { Candidate } from "./finding.ts";

// NOTE A space or hyphen may part the groups; a tab, a comma or a line end parts cells, and digits are never joined across those.
const PATTERN =
  /(?<![A-Za-z0-9])([1-9][0-9]{5})[ -]?([0-9]{4})[ -]?([0-9]{2})[ -]?([0-9]{2})[ -]?([0-9]{3})[ -]?([0-9Xx])(?![A-Za-z0-9])/g;
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = "10X98765432";

function isValid(eighteen: string): boolean {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(eighteen[index]), 0);
  const date = [eighteen.slice(6, 10), eighteen.slice(10, 12), eighteen.slice(12, 14)].map(Number);
  const [year = 0, month = 0, day = 0] = date;
  return isDay(year, month, day) && CHECKS[sum % 11] === eighteen[17];
}

/** Whether a text is a mainland identity number (GB 11643): eighteen characters, a day that exists, the right check character. */
export function isMainlandId(text: string): boolean {
  const plain = text.trim().toUpperCase();
  return /^[1-9][0-9]{16}[0-9X]$/.test(plain) && isValid(plain);
}

/** Finds mainland identity numbers. */
export function findMainlandIds(text: string): readonly Candidate[] {
  const found: Candidate[] = [];
  for (const match of text.matchAll(PATTERN)) {
    const value = match.slice(1).join("").toUpperCase();
    if (!isValid(value)) continue;
    const place = { start: match.index, end: match.index + match[0].length };
    const score = isNear(text, place, WORDS.mainland) ? 1 : 0.9;
    found.push({ kind: "mainland-id", ...place, value, score, isChecked: true });
  }
  return found;
}
