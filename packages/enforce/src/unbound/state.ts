import { noVerdicts, verdictsFor, type MachineNames, type NamePlan, type NameVerdicts } from "../names/index.ts";
import { probeAddress } from "../probe/index.ts";
import { MAIL_WARNING } from "../rpz/index.ts";
import { createHash } from "node:crypto";
import { localZoneLines, localZonesOf, type LocalZones } from "./local-zones.ts";

/** A view of Unbound: what one machine gets. */
export interface UnboundView {
  readonly name: string;
  readonly machine: string;
  /** The machine's addresses, and the one that stands for it when it is probed. */
  readonly addresses: readonly string[];
  readonly probeFrom: string | undefined;
  readonly verdicts: NameVerdicts;
  readonly zones: LocalZones;
}

/** Everything that Unbound shall hold. */
export interface UnboundState {
  /** For every machine without a view. */
  readonly others: LocalZones;
  readonly views: ReadonlyMap<string, UnboundView>;
}

/** In this view a mark shows that what was said over the control socket is still in effect. */
export const MARK_VIEW = "causeway-mark";

/** NOTE A view without any local zone is answered from those of everybody: a machine outside the ban would be inside it. */
const NEVER_ASKED = "view.causeway.invalid.";

const kept = new WeakMap<NameVerdicts, LocalZones>();

function zonesOf(verdicts: NameVerdicts): LocalZones {
  const zones = kept.get(verdicts) ?? localZonesOf(verdicts);
  kept.set(verdicts, zones);
  return zones;
}

/** The name of a machine's view: a hash, since an id could need escapes. */
export function viewNameOf(machine: string): string {
  return `m-${createHash("sha256").update(machine).digest("hex").slice(0, 16)}`;
}

/** What Unbound shall hold for a plan; each registered machine has a view, so that a grant needs no reload. */
export function unboundStateOf(plan: NamePlan, before?: UnboundState): UnboundState {
  const views = plan.machines.map((machine, at): readonly [string, UnboundView] => {
    const name = viewNameOf(machine.key);
    return [name, viewOf(machine, { name, at, before: before?.views.get(name) })];
  });
  return { others: zonesOf(plan.others.names), views: new Map(views) };
}

function viewOf(
  machine: MachineNames,
  of: { readonly name: string; readonly at: number; readonly before: UnboundView | undefined },
): UnboundView {
  const probeFrom = probeAddress(of.at, machine.addresses);
  const addresses = [...new Set([...machine.addresses, ...(probeFrom === undefined ? [] : [probeFrom])])];
  const verdicts = sameAs(of.before?.verdicts, verdictsFor(machine));
  return { name: of.name, machine: machine.key, addresses, probeFrom, verdicts, zones: zonesOf(verdicts) };
}

/** The earlier object when it says the same, so that what was made from it is not made again. */
function sameAs(before: NameVerdicts | undefined, now: NameVerdicts): NameVerdicts {
  if (before === undefined || before === now || before.size !== now.size) return now;
  for (const [name, verdict] of now) {
    const other = before.get(name);
    if (other?.isKept !== verdict.isKept || other.isKeptBelow !== verdict.isKeptBelow) return now;
  }
  return before;
}

/** What Unbound holds right after it has read its files: no machine has more than its profile. */
export function closedStateOf(plan: NamePlan): UnboundState {
  const machines = plan.machines.map((machine) => ({ ...machine, exceptions: noVerdicts }));
  return unboundStateOf({ ...plan, machines });
}

/** Which views there are and whose: what cannot be changed without a reload. */
export function structureOf({ views }: UnboundState): string {
  return JSON.stringify([...views.values()].map(({ name, addresses }) => [name, addresses]));
}

/** The file that Unbound includes. It opens nothing that ends: a restart of Unbound alone begins closed. */
export function unboundConfig(closed: UnboundState): string {
  const zones = (of: LocalZones): readonly string[] =>
    [...of].flatMap(([name, kind]) => localZoneLines(name, kind)).map((line) => `    ${line}`);
  const width = (address: string): number => (address.includes(":") ? 128 : 32);
  const views = [...closed.views.values()];
  const lines = [
    "# Written by causeway-point, again and again: change nothing here.",
    `# ${MAIL_WARNING}`,
    "server:",
    ...zones(closed.others),
    ...views.flatMap(({ name, addresses }) =>
      addresses.map((address) => `    access-control-view: ${address}/${width(address)} ${name}`),
    ),
    ...["view:", `    name: "${MARK_VIEW}"`, "    view-first: no"],
    ...views.flatMap(({ name, zones: own }) => [
      ...["view:", `    name: "${name}"`, "    view-first: no", `    local-zone: "${NEVER_ASKED}" always_nxdomain`],
      ...zones(own),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}
