import type { NameVerdicts } from "../names/index.ts";

/**
 * How Unbound answers for a name and what is below it: it does not exist; whatever it really is; or (`exact`) the name itself has
 * nothing, and those below are whatever they really are.
 */
export type LocalZoneKind = "always_nxdomain" | "always_transparent" | "exact";

/** Unbound's local zones by name. The longest that fits a question decides. */
export type LocalZones = ReadonlyMap<string, LocalZoneKind>;

/**
 * Verdicts as local zones. NOTE A local zone cannot let one name through and keep what is below it. A hole of one name in a block
 * therefore lets through what is below that name as well; where a block begins, it is kept whole.
 */
export function localZonesOf(verdicts: NameVerdicts): LocalZones {
  const zones = new Map<string, LocalZoneKind>();
  const byDepth = [...verdicts].toSorted(([left], [right]) => left.split(".").length - right.split(".").length);
  for (const [name, { isKept, isKeptBelow }] of byDepth) {
    const isInKept = isUnderKept(name, zones);
    const kind = isKeptBelow
      ? isKept || !isInKept
        ? "always_nxdomain"
        : "always_transparent"
      : isKept
        ? "exact"
        : undefined;
    if (kind === undefined) {
      if (isInKept) zones.set(name, "always_transparent");
    } else if (kind !== "always_nxdomain" || !isInKept) zones.set(name, kind);
  }
  return zones;
}

/** What the nearest zone above a name makes of it. */
function isUnderKept(name: string, zones: LocalZones): boolean {
  for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", dot + 1)) {
    const kind = zones.get(name.slice(dot + 1));
    if (kind !== undefined) return kind === "always_nxdomain";
  }
  return false;
}

/** What makes one set of local zones another: zones to set and zones to take away. */
export interface LocalZoneChanges {
  readonly set: readonly (readonly [string, LocalZoneKind])[];
  readonly removed: readonly string[];
}

/** The differences between two sets of local zones. */
export function localZoneChanges(before: LocalZones, after: LocalZones): LocalZoneChanges {
  if (before === after) return { set: [], removed: [] };
  return {
    set: [...after].filter(([name, kind]) => before.get(name) !== kind),
    removed: [...before.keys()].filter((name) => !after.has(name)),
  };
}

/** A local zone of a configuration file, in its lines. */
export function localZoneLines(name: string, kind: LocalZoneKind): readonly string[] {
  if (kind !== "exact") return [`local-zone: "${name}." ${kind}`];
  return [`local-zone: "${name}." transparent`, `local-data: '${exactData(name)}'`];
}

/** A name that has a record of another type has no address. */
export function exactData(name: string): string {
  return `${name}. 5 IN TXT "kept by policy"`;
}
