import type { Clock } from "@causeway/base";
import type { RpzRules } from "./rules.ts";
import type { ZoneFile } from "./zone-file.ts";
import { after, fitting, newZone, stepTo, type HistoryLimits, type ZoneState } from "./zone.ts";

/** All zones of a primary. */
export interface RpzZones {
  find(name: string): ZoneState | undefined;
  readonly names: Iterable<string>;
  /** Makes a zone say this; tells whether that is news. Its serial is on the disk before anybody sees it. */
  publish(name: string, rules: RpzRules): { readonly isChanged: boolean; readonly unfit: readonly string[] };
  /** Serves a zone no longer. */
  forget(name: string): void;
  /** Hears of every zone that says something new. */
  onChange(hear: (zone: ZoneState) => void): void;
}

/** Zones that live in a file; those that it held are there at once. */
export function createZones(options: {
  readonly file: ZoneFile;
  readonly clock: Clock;
  readonly limits: HistoryLimits;
}): RpzZones {
  const { file, clock, limits } = options;
  const zones = new Map<string, ZoneState>(file.zones);
  /** What each zone was last asked to say: the same again needs no look. */
  const asked = new Map<string, RpzRules>();
  const hearers: ((zone: ZoneState) => void)[] = [];
  return {
    find: (name) => zones.get(name),
    names: { [Symbol.iterator]: () => zones.keys() },
    publish: (name, wanted) => {
      const before = zones.get(name);
      if (before !== undefined && asked.get(name) === wanted) return { isChanged: false, unfit: [] };
      const { rules, unfit } = fitting(name, wanted);
      asked.set(name, wanted);
      if (before === undefined) {
        const zone = newZone(name, rules, clock.now());
        file.begin(zone);
        zones.set(name, zone);
      } else {
        const step = stepTo(before, rules, clock.now());
        if (step === undefined) return { isChanged: false, unfit };
        file.step(name, step);
        zones.set(name, after(before, step, { rules, limits }));
        file.tidy(zones.values());
      }
      const zone = zones.get(name);
      if (zone !== undefined) for (const hear of hearers) hear(zone);
      return { isChanged: true, unfit };
    },
    forget: (name) => {
      zones.delete(name);
      asked.delete(name);
    },
    onChange: (hear) => void hearers.push(hear),
  };
}
