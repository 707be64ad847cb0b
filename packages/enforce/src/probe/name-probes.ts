import { isKeptBy, type NamePlan, type NameVerdicts } from "../names/index.ts";

/** A name that is asked for to see whether a machine's resolver obeys. */
export interface NameProbe {
  readonly name: string;
  readonly expected: "blocked" | "allowed";
}

/** Of what changed: one name that must be blocked now, and one that must be open. */
export function probeNames(before: NameVerdicts, after: NameVerdicts): readonly NameProbe[] {
  const probes = new Map<string, NameProbe>();
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const isKept = isKeptBy(after, name);
    if (isKeptBy(before, name) === isKept) continue;
    const expected = isKept ? "blocked" : "allowed";
    if (!probes.has(expected)) probes.set(expected, { name, expected });
    if (probes.size === 2) break;
  }
  return [...probes.values()];
}

/** A name that is blocked for every machine that is not named: what a point tries each day. */
export function alwaysBlocked({ others }: NamePlan): NameProbe | undefined {
  for (const [name, { isKept }] of others.names) if (isKept) return { name, expected: "blocked" };
  return undefined;
}
