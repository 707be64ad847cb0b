import type { Instant } from "@causeway/base";
import type { PolicyDocument, PolicyGrant, PolicyRule, PolicyService } from "./document.ts";
import { endOfHours } from "./hours.ts";
import type { Permission, Question, Refusal, Verdict } from "./question.ts";

/** A grant that opens what is asked for, as long as its hours say so. */
export interface Opening {
  readonly grant: Pick<PolicyGrant, "id" | "hours" | "upload" | "ends">;
  readonly service: string | undefined;
}

/** A service that what is asked for belongs to, the rule that decides for it, and the one before it that is only observed. */
export interface Ruled {
  readonly service: Pick<PolicyService, "id">;
  readonly rule: PolicyRule | undefined;
  readonly observed: PolicyRule | undefined;
}

/** What the answer is made of. */
export interface Findings {
  readonly document: Pick<PolicyDocument, "observe" | "utcOffsetMinutes">;
  readonly question: Pick<Question, "machine" | "now">;
  readonly rules: readonly Ruled[];
  readonly openings: readonly Opening[];
  /** Said where no rule speaks. */
  readonly refusal?: Refusal;
}

/** Whether refusals on a machine are only counted. */
export function isObserved(
  { observe }: Pick<PolicyDocument, "observe">,
  { department }: { readonly department?: string },
): boolean {
  return observe.everywhere || (department !== undefined && observe.departments.includes(department));
}

/**
 * The strictest of the rules decides, unless a grant opens one of the services; of several grants the one that lasts longest. Rules that
 * are only observed change nothing of that: what they would refuse says so.
 */
export function verdictOf(findings: Findings): Verdict {
  const verdict = enforced(findings);
  return verdict.allowed && verdict.by !== "grant" && verdict.by !== "observed" ? observed(findings, verdict) : verdict;
}

function observed(findings: Findings, verdict: Permission): Permission {
  const refusal = observedRefusal(findings);
  if (refusal === undefined) return verdict;
  const { upload } = verdict;
  const ends = verdict.ends === undefined ? {} : { ends: verdict.ends };
  // What a grant would open is used through it already, as wide as it is without.
  const { permission } = longest(findings);
  if (permission !== undefined) {
    const { ends: _later, ...granted } = permission;
    return { ...granted, upload: upload || permission.upload, ...ends };
  }
  return { ...onlyObserved(refusal), upload, ...ends };
}

function observedRefusal({ document, question, rules }: Findings): Refusal | undefined {
  for (const { service, observed: rule } of rules) {
    if (rule === undefined) continue;
    const said = saidBy({ service, rule }, question.now, document.utcOffsetMinutes);
    if (!said.allowed) return said;
  }
  return undefined;
}

function onlyObserved(refusal: Refusal): Permission {
  const { service, rule, clause } = refusal;
  return {
    ...{ allowed: true, by: "observed", upload: true, instead: refusal },
    ...(service === undefined ? {} : { service }),
    ...(rule === undefined ? {} : { rule }),
    ...(clause === undefined ? {} : { clause }),
  };
}

function enforced(findings: Findings): Verdict {
  const { document, question, rules } = findings;
  const said = rules.map((one) => saidBy(one, question.now, document.utcOffsetMinutes));
  const refused = said.find((one) => !one.allowed) ?? findings.refusal;
  if (refused === undefined && said.length > 0 && findings.openings.length === 0) return strictest(said);
  const opened = longest(findings);
  if (opened.permission !== undefined && (refused !== undefined || said.length === 0)) return opened.permission;
  if (refused === undefined) return strictest(said);
  if (refused.allowed) return refused;
  const refusal: Refusal =
    opened.isOutsideHours && refused.reason === "blocked" ? { ...refused, reason: "outside-hours" } : refused;
  return isObserved(document, question.machine) ? onlyObserved(refusal) : refusal;
}

function strictest(said: readonly Verdict[]): Verdict {
  const allowed = said.filter((one) => one.allowed);
  return (
    allowed.find((one) => !one.upload) ??
    allowed.find((one) => one.ends !== undefined) ??
    allowed[0] ?? { allowed: true, by: "unlisted", upload: true }
  );
}

function saidBy({ service, rule }: Omit<Ruled, "observed">, now: Instant, utcOffsetMinutes: number): Verdict {
  if (rule === undefined) return { allowed: true, by: "no-rule", service: service.id, upload: true };
  const by = { service: service.id, rule: rule.id, clause: rule.clause };
  if (rule.effect === "blocked") return { allowed: false, reason: "blocked", ...by };
  const hours = rule.effect === "conditional" ? rule.conditions?.hours : undefined;
  const upload = rule.effect === "allowed" || (rule.conditions?.upload ?? true);
  if (hours === undefined) return { allowed: true, by: "rule", ...by, upload };
  const ends = endOfHours(hours, now, utcOffsetMinutes);
  if (ends === undefined) return { allowed: false, reason: "outside-hours", ...by };
  return { allowed: true, by: "rule", ...by, upload, ends };
}

function longest({ document, question, openings }: Findings): {
  readonly permission: Permission | undefined;
  readonly isOutsideHours: boolean;
} {
  let permission: Permission | undefined;
  let isOutsideHours = false;
  for (const { grant, service } of openings) {
    const closes =
      grant.hours === undefined ? grant.ends : endOfHours(grant.hours, question.now, document.utcOffsetMinutes);
    if (closes === undefined) {
      isOutsideHours = true;
      continue;
    }
    const ends = closes < grant.ends ? closes : grant.ends;
    const isBetter =
      permission?.ends === undefined ||
      ends > permission.ends ||
      (ends === permission.ends && grant.upload && !permission.upload);
    if (!isBetter) continue;
    const of = service === undefined ? {} : { service };
    permission = { allowed: true, by: "grant", grant: grant.id, ...of, upload: grant.upload, ends };
  }
  return { permission, isOutsideHours };
}
