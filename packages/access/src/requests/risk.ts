import type { RequestLabel } from "@causeway/contract";
import type { RiskRules } from "./limits.ts";
import type { Risk, Terms } from "./types.ts";

const DAY_MS = 86_400_000;

/** What is known of somebody's earlier use of the same, and of others'. */
export interface Earlier {
  /** Grants that they had for the same, and those of them that had to be ended early. */
  readonly grants: number;
  readonly endedEarly: number;
  /** Grants of others in the department for the same that are in force. */
  readonly similar: number;
  /** When a grant of theirs for the same was last reviewed and kept. */
  readonly lastReview: string | undefined;
}

/** What the risk of a request follows from. */
export interface RiskFacts {
  readonly label: RequestLabel;
  readonly terms: Pick<Terms, "scope" | "upload" | "until">;
  /** Of the services; `site` for hosts of no service. */
  readonly categories: readonly string[];
  readonly from: number;
  readonly earlier: Earlier;
  readonly isBreakGlass: boolean;
}

/** How risky a request is: the points of every fact, added up. Pure. */
export function riskOf(facts: RiskFacts, rules: RiskRules): Risk {
  const { terms, earlier } = facts;
  const days = Math.ceil((terms.until - facts.from) / DAY_MS);
  const found: Risk["facts"] = [
    { fact: "label", value: facts.label, points: rules.labels[facts.label] },
    ...facts.categories.map((category) => ({
      fact: "category" as const,
      value: category,
      points: pointsOf(rules, category),
    })),
    { fact: "upload", value: terms.upload, points: terms.upload ? rules.upload : 0 },
    { fact: "days", value: days, points: pointsForDays(rules, terms.until - facts.from) },
    { fact: "scope", value: terms.scope, points: terms.scope === "officer" ? 0 : rules.scopes[terms.scope] },
    { fact: "earlier-grants", value: earlier.grants, points: 0 },
    { fact: "first-use", value: earlier.grants === 0, points: earlier.grants === 0 ? rules.firstUse : 0 },
    { fact: "ended-early", value: earlier.endedEarly, points: rules.endedEarly * earlier.endedEarly },
    { fact: "similar-grants", value: earlier.similar, points: 0 },
    ...(earlier.lastReview === undefined
      ? []
      : [{ fact: "last-review" as const, value: earlier.lastReview, points: 0 }]),
    ...(facts.isBreakGlass ? [{ fact: "break-glass" as const, value: true, points: 0 }] : []),
  ];
  // Of several categories the riskiest counts, not their sum: a page may belong to several services.
  const ofCategories = Math.max(0, ...facts.categories.map((category) => pointsOf(rules, category)));
  const others = found.filter(({ fact }) => fact !== "category").reduce((sum, { points }) => sum + points, 0);
  const points = ofCategories + others;
  return { level: points >= rules.high ? "high" : "low", points, facts: found };
}

function pointsOf(rules: RiskRules, category: string): number {
  const named = Object.hasOwn(rules.categories, category) ? rules.categories[category] : undefined;
  return named ?? rules.categories["other"] ?? 0;
}

function pointsForDays(rules: RiskRules, ms: number): number {
  return Math.max(0, ...rules.days.filter(({ over }) => ms > over * DAY_MS).map(({ points }) => points));
}
