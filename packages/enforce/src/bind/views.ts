import { createHash } from "node:crypto";
import { rpzRulesOf, type MachineNames, type NamePlan, type NameProfile } from "../names/index.ts";
import { probeAddress } from "../probe/index.ts";
import type { RpzRules } from "../rpz/index.ts";

/** A response-policy zone as it shall be. */
export interface WantedZone {
  readonly name: string;
  readonly rules: RpzRules;
}

/** A view of BIND: what one machine gets, or several of which the same holds, or everybody else. */
export interface BindView {
  readonly name: string;
  /** Undefined: whoever no other view is for. */
  readonly addresses: readonly string[] | undefined;
  readonly probeFrom: string | undefined;
  /** The first that says something of a name decides. */
  readonly zones: readonly WantedZone[];
}

/** The view of everybody who has no other. */
export const OTHERS = "causeway-others";

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Names that the zones are put under. */
export interface ZoneNames {
  readonly suffix: string;
}

/** The zone of a profile. */
export function profileZoneOf(profile: NameProfile, { suffix }: ZoneNames): WantedZone {
  return { name: `p-${hash(profile.key)}.${suffix}`, rules: rpzRulesOf(profile.names, { saysAll: false }) };
}

/**
 * The views for a plan. The first so many registered machines have one each, in which a grant is a change of a zone; those beyond share
 * one with all of which the same holds, and come into another by reading the configuration anew. A view costs BIND about 10 MB.
 */
export function bindViewsOf(
  plan: NamePlan,
  options: ZoneNames & { readonly machineViews: number },
): readonly BindView[] {
  const views: BindView[] = [];
  const shared = new Map<string, { readonly zones: readonly WantedZone[]; readonly machines: MachineNames[] }>();
  for (const machine of plan.machines) {
    const profile = profileZoneOf(machine.profile, options);
    const rules = rpzRulesOf(machine.exceptions, { saysAll: true });
    if (machine.isRegistered && views.length < options.machineViews) {
      const name = `m-${hash(machine.key)}`;
      const zones = [{ name: `${name}.${options.suffix}`, rules }, profile];
      views.push(viewOf(name, [machine], { zones, at: views.length }));
      continue;
    }
    if (rules.size === 0 && machine.profile === plan.others) continue;
    const name = `g-${hash(JSON.stringify([machine.profile.key, [...rules]]))}`;
    const zones = rules.size === 0 ? [profile] : [{ name: `${name}.${options.suffix}`, rules }, profile];
    const known = shared.get(name);
    if (known === undefined) shared.set(name, { zones, machines: [machine] });
    else known.machines.push(machine);
  }
  const groups = [...shared].map(([name, { zones, machines }], at) =>
    viewOf(name, machines, { zones, at: views.length + at }),
  );
  const rest: BindView = {
    ...{ name: OTHERS, addresses: undefined, probeFrom: undefined },
    zones: [profileZoneOf(plan.others, options)],
  };
  return [...views, ...groups, rest];
}

function viewOf(
  name: string,
  machines: readonly MachineNames[],
  { zones, at }: { readonly zones: readonly WantedZone[]; readonly at: number },
): BindView {
  const addresses = machines.flatMap((machine) => machine.addresses);
  const probeFrom = probeAddress(at, addresses);
  const all = [...new Set([...addresses, ...(probeFrom === undefined ? [] : [probeFrom])])];
  return { name, addresses: all, probeFrom, zones };
}
