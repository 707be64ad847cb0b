import type { RpzAction, RpzRules } from "../rpz/index.ts";
import { parentOf } from "./closure.ts";
import type { NameVerdicts } from "./verdicts.ts";

const kept = new WeakMap<NameVerdicts, RpzRules>();

/** What a response-policy zone says for these verdicts. The same verdicts give the same object. */
export function rpzRulesOf(verdicts: NameVerdicts, options: { readonly saysAll: boolean }): RpzRules {
  const known = kept.get(verdicts);
  if (known !== undefined) return known;
  const rules = new Map<string, RpzAction>();
  /** Names whose wildcard is in the zone, and all that stands below them: there everything must be said. */
  const said = new Set<string>();
  for (const [host, { isKept, isKeptBelow }] of verdicts) {
    const parent = parentOf(host);
    const isUnderWildcard = options.saysAll || (parent !== undefined && said.has(parent));
    if (isKeptBelow || isUnderWildcard) said.add(host);
    if (isKept || isUnderWildcard) rules.set(host, isKept ? "block" : "pass");
    if (isKeptBelow || isUnderWildcard) rules.set(`*.${host}`, isKeptBelow ? "block" : "pass");
  }
  kept.set(verdicts, rules);
  return rules;
}
