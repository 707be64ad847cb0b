import { isNear, WORDS } from "./context.ts";
import type { Candidate } from "./finding.ts";

// NOTE A check character without brackets stands right after the digits or after a hyphen: after a space it may be anything.
const PATTERN =
  /(?<![A-Za-z0-9])([A-Za-z]{1,2})[ -]?([0-9]{6})(?: ?[([] ?([0-9Aa]) ?[)\]]|(?: ?- ?)?([0-9Aa]))?(?![A-Za-z0-9])/g;
const NO_LETTER = 36;
const WEIGHTS = [7, 6, 5, 4, 3, 2];

/** The check character of one or two letters and six digits. */
function checkOf(letters: string, digits: string): string {
  const value = (letter: string): number => letter.toUpperCase().charCodeAt(0) - 55;
  const [first, second] =
    letters.length === 2 ? [value(letters), value(letters.slice(1))] : [NO_LETTER, value(letters)];
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(digits[index]), first * 9 + second * 8);
  const rest = (11 - (sum % 11)) % 11;
  return rest === 10 ? "A" : String(rest);
}

/** Whether a text is a Hong Kong identity card number with the right check character: `A123456(3)`, `A1234563`. */
export function isHkid(text: string): boolean {
  const match = /^([A-Z]{1,2})([0-9]{6})\(?([0-9A])\)?$/i.exec(text.trim());
  return match !== null && checkOf(match[1] ?? "", match[2] ?? "") === (match[3] ?? "").toUpperCase();
}

/**
 * Finds Hong Kong identity card numbers. One without a check character counts only beside a word that says what it is; of random
 * letters and digits one in eleven passes, so that without brackets and words the number alone is not enough.
 */
export function findHkids(text: string): readonly Candidate[] {
  const found: Candidate[] = [];
  for (const match of text.matchAll(PATTERN)) {
    const [whole, letters = "", digits = "", inBrackets, bare] = match;
    const place = { start: match.index, end: match.index + whole.length };
    const given = (inBrackets ?? bare)?.toUpperCase();
    const isNamed = isNear(text, place, WORDS.hkid);
    if (given === undefined ? !isNamed : given !== checkOf(letters, digits)) continue;
    const value = `${letters}${digits}`.toUpperCase();
    const score = given === undefined ? 0.75 : (inBrackets === undefined ? 0.5 : 0.85) + (isNamed ? 0.4 : 0);
    found.push({ kind: "hkid", ...place, value, score, isChecked: given !== undefined });
  }
  return found;
}
