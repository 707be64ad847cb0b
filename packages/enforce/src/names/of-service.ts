import type { HostRule, PolicyService } from "@causeway/policy";
import { withPlacesBetween } from "./closure.ts";
import type { NameVerdicts } from "./verdicts.ts";

/** The names of one service as if it alone were blocked: whatever the policy says of it, and of others. */
export function verdictsOfService({ hosts, exempt }: Pick<PolicyService, "hosts" | "exempt">): NameVerdicts {
  const places = withPlacesBetween([...hosts, ...exempt].map(({ host }) => host));
  const depth = (host: string): number => host.split(".").length;
  const inOrder = [...places].toSorted((left, right) => depth(left) - depth(right));
  const weigh = (rules: readonly HostRule[], host: string, isBelow: boolean): number => {
    let best = 0;
    for (const rule of rules) {
      const isSelf = rule.host === host && !isBelow;
      const fits = isSelf || (rule.kind === "suffix" && (rule.host === host || host.endsWith(`.${rule.host}`)));
      if (fits) best = Math.max(best, 2 * rule.host.length + (isSelf && rule.kind === "exact" ? 1 : 0));
    }
    return best;
  };
  const isKept = (host: string, isBelow: boolean): boolean =>
    weigh(hosts, host, isBelow) > weigh(exempt, host, isBelow);
  return new Map(
    inOrder.map((host) => [host, { isKept: isKept(host, false), isKeptBelow: isKept(host, true) }] as const),
  );
}
