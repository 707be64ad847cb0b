import type { Instant } from "@causeway/base";
import { parentOf } from "./closure.ts";
import { decide, type CompiledPolicy, type MachineSeen } from "@causeway/policy";

/** What holds for a name itself, and for every name below it of which nothing else is said. */
export interface NameVerdict {
  readonly isKept: boolean;
  readonly isKeptBelow: boolean;
}

/** Verdicts by name, those above before those below. A name under none of them is open. */
export type NameVerdicts = ReadonlyMap<string, NameVerdict>;

/** Nothing is kept. */
export const noVerdicts: NameVerdicts = new Map<string, NameVerdict>();

/** No rule of a catalogue names it: what holds for it holds for every name below that no rule names. */
const ANY = "0-any-0";

/** Asks the one `decide` of each name, and of names below it, for a machine whose user is unknown. */
export function verdictsOf(
  policy: CompiledPolicy,
  hosts: Iterable<string>,
  { machine, now }: { readonly machine: MachineSeen; readonly now: Instant },
): NameVerdicts {
  const isKept = (host: string): boolean => !decide(policy, { machine, target: { kind: "host", host }, now }).allowed;
  const depth = (host: string): number => host.split(".").length;
  const inOrder = [...hosts].toSorted((left, right) => depth(left) - depth(right) || (left < right ? -1 : 1));
  return new Map(
    inOrder.map((host) => [host, { isKept: isKept(host), isKeptBelow: isKept(`${ANY}.${host}`) }] as const),
  );
}

/** Whether two say the same of every name of the first. */
export function saysTheSame(some: NameVerdicts, all: NameVerdicts): boolean {
  for (const [host, { isKept, isKeptBelow }] of some) {
    const other = all.get(host);
    if (other?.isKept !== isKept || other.isKeptBelow !== isKeptBelow) return false;
  }
  return true;
}

/** Whether a name is kept: by what is said of it, else by what the nearest name above it says of those below. */
export function isKeptBy(verdicts: NameVerdicts, name: string): boolean {
  const own = verdicts.get(name);
  if (own !== undefined) return own.isKept;
  for (let up = parentOf(name); up !== undefined; up = parentOf(up)) {
    const above = verdicts.get(up);
    if (above !== undefined) return above.isKeptBelow;
  }
  return false;
}
