import { verdictsFor } from "./merged.ts";
import type { MachineNames, NamePlan } from "./planner.ts";
import { noVerdicts, type NameVerdicts } from "./verdicts.ts";

/** A machine for which something changed from one plan to the next. */
export interface ChangedMachine {
  /** Undefined: every machine that is not named. */
  readonly key: string | undefined;
  readonly addresses: readonly string[];
  readonly before: NameVerdicts;
  readonly after: NameVerdicts;
}

/** The machines for which something may have changed; the others, as one, come last. */
export function changedMachines(before: NamePlan | undefined, after: NamePlan): readonly ChangedMachine[] {
  const known = new Map(before?.machines.map((machine) => [machine.key, machine]));
  const othersBefore = before?.others.names ?? noVerdicts;
  const changes = after.machines.flatMap((machine): readonly ChangedMachine[] => {
    const earlier = known.get(machine.key);
    known.delete(machine.key);
    if (earlier?.profile === machine.profile && earlier.exceptions === machine.exceptions) return [];
    return [changeOf(machine, earlier === undefined ? othersBefore : verdictsFor(earlier), verdictsFor(machine))];
  });
  const gone = [...known.values()].map((machine) => changeOf(machine, verdictsFor(machine), after.others.names));
  if (before?.others === after.others) return [...changes, ...gone];
  return [...changes, ...gone, { key: undefined, addresses: [], before: othersBefore, after: after.others.names }];
}

function changeOf({ key, addresses }: MachineNames, before: NameVerdicts, after: NameVerdicts): ChangedMachine {
  return { key, addresses, before, after };
}
