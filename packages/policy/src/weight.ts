import type { HostRule } from "./document.ts";

/** How specific a host rule is about a host; 0 when it does not fit. */
export function weightOfRule(rule: HostRule, host: string): number {
  if (rule.host === host) return 2 * host.length + (rule.kind === "exact" ? 1 : 0);
  return rule.kind === "suffix" && host.endsWith(`.${rule.host}`) ? 2 * rule.host.length : 0;
}
