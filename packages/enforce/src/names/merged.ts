import type { MachineNames } from "./planner.ts";
import type { NameVerdicts } from "./verdicts.ts";

/** What holds for a machine: its exceptions before its profile. */
export function verdictsFor({ profile, exceptions }: MachineNames): NameVerdicts {
  return exceptions.size === 0 ? profile.names : new Map([...profile.names, ...exceptions]);
}
