import { isDay } from "./calendar.ts";
import { isNear, WORDS } from "./context.ts";
import type { Candidate } from "./finding.ts";

const CARD = /(?<![A-Za-z0-9])[2-6][0-9]{3}(?:[ -]?[0-9]{3,6}){2,4}(?![A-Za-z0-9])/g;
const PERMIT = /(?<![A-Za-z0-9])[HMhm][0-9]{8}(?:[0-9]{2})?(?![A-Za-z0-9])/g;
const PASSPORT = /(?<![A-Za-z0-9])[A-Za-z]{1,2}[0-9]{7,8}(?![A-Za-z0-9])/g;
const ACCOUNT = /(?<![A-Za-z0-9])[0-9]{2,6}(?:[ -]?[0-9]{1,9}){1,4}(?![A-Za-z0-9])/g;
// NOTE Two groups of four among more of them are a card, not a phone.
const PHONE =
  /(?<![A-Za-z0-9+-])(?<![0-9]{4} )(\+?852[ -]?)?(?:([2-9][0-9]{3})[ -]([0-9]{4})(?! [0-9]{4})|([2-9][0-9]{7}))(?![A-Za-z0-9]|-[0-9])/g;
const DATES = [
  /(?<![0-9])([12][0-9]{3})[-/.年] ?([0-9]{1,2})[-/.月] ?([0-9]{1,2})(?![0-9])/g,
  /(?<![0-9])([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([12][0-9]{3})(?![0-9])/g,
];

interface Kind {
  readonly kind: Candidate["kind"];
  readonly pattern: RegExp;
  /** How sure a match is, 0 when it is none; `isNamed` when a word nearby says what it is. */
  readonly score: (value: string, written: string, near: (words: readonly string[]) => boolean) => number;
  readonly isChecked: boolean;
}

const kinds: readonly Kind[] = [
  {
    kind: "payment-card",
    pattern: CARD,
    isChecked: true,
    score: (value, written, near) => {
      if (value.length < 13 || value.length > 19 || !passesLuhn(value)) return 0;
      const isGrouped = /^[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{1,7}$/.test(written);
      return Math.min(1, 0.6 + (isGrouped ? 0.25 : 0) + (near(WORDS.card) ? 0.35 : 0));
    },
  },
  {
    kind: "home-return-permit",
    pattern: PERMIT,
    isChecked: false,
    score: (_value, _written, near) => (near(WORDS.permit) ? 0.9 : 0.3),
  },
  {
    kind: "passport",
    pattern: PASSPORT,
    isChecked: false,
    score: (_value, _written, near) => (near(WORDS.passport) ? 0.85 : 0),
  },
  {
    kind: "bank-account",
    pattern: ACCOUNT,
    isChecked: false,
    score: (value, _written, near) => (value.length >= 9 && value.length <= 16 && near(WORDS.bank) ? 0.75 : 0),
  },
];

function passesLuhn(digits: string): boolean {
  if (/^(.)\1*$/.test(digits)) return false;
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Finds payment cards, home-return permits, passports and bank accounts. */
export function findNumbers(text: string): readonly Candidate[] {
  return kinds.flatMap(({ kind, pattern, score, isChecked }) => {
    const found: Candidate[] = [];
    for (const match of text.matchAll(pattern)) {
      const [written] = match;
      const place = { start: match.index, end: match.index + written.length };
      const value = written.replace(/[^A-Za-z0-9]/g, "").toUpperCase();
      const sure = score(value, written, (words) => isNear(text, place, words));
      if (sure > 0) found.push({ kind, ...place, value, score: sure, isChecked });
    }
    return found;
  });
}

/** Finds phone numbers of Hong Kong: weak alone, stronger with the area code or a word. */
export function findPhones(text: string): readonly Candidate[] {
  const found: Candidate[] = [];
  for (const match of text.matchAll(PHONE)) {
    const place = { start: match.index, end: match.index + match[0].length };
    const score = 0.25 + (match[1] === undefined ? 0 : 0.2) + (isNear(text, place, WORDS.phone) ? 0.2 : 0);
    found.push({ kind: "phone", ...place, value: match[4] ?? `${match[2]}${match[3]}`, score, isChecked: false });
  }
  return found;
}

/** Finds dates of birth: days that exist, beside a word that says what they are. */
export function findBirthDates(text: string): readonly Candidate[] {
  const found: Candidate[] = [];
  for (const [index, pattern] of DATES.entries()) {
    for (const match of text.matchAll(pattern)) {
      const [first = 0, second = 0, third = 0] = match.slice(1).map(Number);
      const isRight =
        index === 0 ? isDay(first, second, third) : isDay(third, second, first) || isDay(third, first, second);
      const place = { start: match.index, end: match.index + match[0].length };
      if (!isRight || !isNear(text, place, WORDS.birth)) continue;
      const value = match.slice(1).join("-");
      found.push({ kind: "birth-date", ...place, value, score: 0.75, isChecked: true });
    }
  }
  return found;
}
