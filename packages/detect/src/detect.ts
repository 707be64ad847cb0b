import { findAddresses } from "./address.ts";
import { isNear, WORDS } from "./context.ts";
import { findEmails } from "./email.ts";
import { identifierKinds, SURE, type Candidate, type Finding, type IdentifierKind } from "./finding.ts";
import { findHkids } from "./hkid.ts";
import { findMainlandIds } from "./mainland-id.ts";
import { normalise, originOf } from "./normalise.ts";
import { findBirthDates, findNumbers, findPhones } from "./numbers.ts";
import { Spans } from "./spans.ts";
import { identityCells } from "./table.ts";
import { numberWindows } from "./windows.ts";

/** How bad it is: nothing, somebody is named, or a list. */
export type Level = "none" | "mention" | "bulk";

/** What a text holds. */
export interface Report {
  readonly level: Level;
  /** What is sure enough to tell of, in the order of the text, none overlapping another. */
  readonly findings: readonly Finding[];
  /** Distinct values of each kind that was found. */
  readonly counts: Readonly<Partial<Record<IdentifierKind, number>>>;
  /** True when the text was longer than is looked at: the rest is unknown. */
  readonly isCut: boolean;
}

/** How much is looked at, and from where on it is a list. */
export interface DetectLimits {
  /** UTF-16 units. */
  readonly maxLength: number;
  /** So many distinct valid numbers are an event, not a mention. */
  readonly bulk: number;
  /** So many distinct mail addresses are a list of people. */
  readonly bulkEmails: number;
}

const defaults: DetectLimits = { maxLength: 5_000_000, bulk: 3, bulkEmails: 20 };

const FINDERS = [findHkids, findMainlandIds, findNumbers, findPhones, findBirthDates];
/** Kinds whose every number is one person. */
const PERSONAL: ReadonlySet<IdentifierKind> = new Set([
  "hkid",
  "mainland-id",
  "payment-card",
  "home-return-permit",
  "passport",
]);
const BESIDE = 80;

/** Looks for personal data in a text. Pure: the same text gives the same report. */
export function detect(text: string, limits: Partial<DetectLimits> = {}): Report {
  const { maxLength, bulk, bulkEmails } = { ...defaults, ...limits };
  const normalised = normalise(text.slice(0, maxLength));
  const plain = normalised.text;
  const candidates = weigh(plain, [...inWindows(plain), ...findEmails(plain), ...findAddresses(plain)]);
  const cells = identityCells(plain);
  const inCells = new Spans(cells);
  const sure = withoutOverlaps(
    candidates
      .map((one) =>
        inCells.some(one, (cell) => cell.start <= one.start && one.end <= cell.end)
          ? { ...one, score: 1 }
          : { ...one, score: Math.min(1, one.score) },
      )
      .filter((one) => one.score >= SURE),
  );
  const findings = sure.map((one) => ({
    ...one,
    start: originOf(normalised, one.start),
    end: originOf(normalised, one.end),
  }));
  const people = new Set(sure.filter((one) => PERSONAL.has(one.kind)).map((one) => `${one.kind} ${one.value}`));
  const emails = new Set(candidates.filter((one) => one.kind === "email").map((one) => one.value));
  const isBulk = people.size >= bulk || cells.length > 0 || emails.size >= bulkEmails;
  return {
    level: isBulk ? "bulk" : findings.length > 0 ? "mention" : "none",
    findings,
    counts: countsOf(isBulk && findings.length === 0 ? candidates : findings),
    isCut: text.length > maxLength,
  };
}

function inWindows(text: string): readonly Candidate[] {
  return numberWindows(text).flatMap(({ start, end }) => {
    const part = text.slice(start, end);
    return FINDERS.flatMap((find) => find(part)).map((one) => ({
      ...one,
      start: one.start + start,
      end: one.end + start,
    }));
  });
}

/** What stands together says more than each alone: several card numbers, a phone beside a name or a card number. */
function weigh(text: string, candidates: readonly Candidate[]): readonly Candidate[] {
  const distinct = new Map<IdentifierKind, Set<string>>();
  for (const { kind, value, isChecked } of candidates) {
    if (isChecked) distinct.set(kind, (distinct.get(kind) ?? new Set()).add(value));
  }
  const strong = new Spans(
    candidates
      .filter(({ kind, score }) => score >= SURE && PERSONAL.has(kind))
      .map(({ start }) => ({ start, end: start + 1 })),
  );
  return candidates.map((one) => {
    const others = (distinct.get(one.kind)?.size ?? 0) - 1;
    if (one.isChecked && PERSONAL.has(one.kind))
      return { ...one, score: one.score + Math.min(0.3, 0.15 * Math.max(0, others)) };
    if (one.kind !== "phone" && one.kind !== "email") return one;
    const isBeside = strong.some({ start: one.start - BESIDE, end: one.start + BESIDE + 1 });
    const isNamed = one.kind === "phone" && isNear(text, one, WORDS.name);
    return { ...one, score: one.score + (isBeside ? 0.5 : 0) + (isNamed ? 0.5 : 0) };
  });
}

/** Of two findings in the same place the surer stays, then the longer, then the kind that has a check. */
function withoutOverlaps(candidates: readonly Candidate[]): readonly Candidate[] {
  const rank = (one: Candidate): number => identifierKinds.indexOf(one.kind);
  const byWorth = candidates.toSorted(
    (left, right) =>
      right.score - left.score || right.end - right.start - (left.end - left.start) || rank(left) - rank(right),
  );
  const taken = new Spans<Candidate>();
  const kept = byWorth.filter((one) => {
    if (taken.some(one)) return false;
    taken.add(one);
    return true;
  });
  return kept.toSorted((left, right) => left.start - right.start);
}

function countsOf(found: readonly { readonly kind: IdentifierKind; readonly value: string }[]): Report["counts"] {
  const values = new Map<IdentifierKind, Set<string>>();
  for (const { kind, value } of found) values.set(kind, (values.get(kind) ?? new Set()).add(value));
  return Object.fromEntries([...values].map(([kind, set]) => [kind, set.size]));
}
