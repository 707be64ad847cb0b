import type { Instant } from "@causeway/base";
import { changeBetween, changed, isOwner, type RpzChange, type RpzRules } from "./rules.ts";
import { nextSerial } from "./serial.ts";

/** One step of a zone's history. */
export interface ZoneStep extends RpzChange {
  readonly from: number;
  readonly to: number;
}

/** A zone at one time, with the steps by which it came there. */
export interface ZoneState {
  readonly name: string;
  readonly serial: number;
  readonly rules: RpzRules;
  /** The oldest first; each begins where the one before ends. */
  readonly history: readonly ZoneStep[];
}

/** How much of a zone's past is kept for secondaries that were away. */
export interface HistoryLimits {
  readonly steps: number;
  /** Rules in all steps together. */
  readonly rules: number;
}

/** What is kept unless the configuration says otherwise. */
export const defaultHistory: HistoryLimits = { steps: 1000, rules: 100_000 };

/** What a zone may hold: owners that cannot stand in it are left out, and told. */
export function fitting(
  name: string,
  rules: RpzRules,
): { readonly rules: RpzRules; readonly unfit: readonly string[] } {
  const unfit = [...rules.keys()].filter((owner) => !isOwner(owner, name));
  if (unfit.length === 0) return { rules, unfit };
  const left = new Map(rules);
  for (const owner of unfit) left.delete(owner);
  return { rules: left, unfit };
}

/** A zone as it is first published. */
export function newZone(name: string, rules: RpzRules, now: Instant): ZoneState {
  return { name, serial: nextSerial(undefined, now), rules, history: [] };
}

/** The step that makes a zone say something else; undefined when it says that already. */
export function stepTo(zone: ZoneState, rules: RpzRules, now: Instant): ZoneStep | undefined {
  const change = changeBetween(zone.rules, rules);
  return change === undefined ? undefined : { from: zone.serial, to: nextSerial(zone.serial, now), ...change };
}

/** The zone after a step. `rules` saves working them out when they are at hand. */
export function after(zone: ZoneState, step: ZoneStep, at: { rules?: RpzRules; limits: HistoryLimits }): ZoneState {
  const history = [...zone.history, step];
  let weight = history.reduce((sum, one) => sum + one.removed.length + one.added.length, 0);
  while (history.length > at.limits.steps || (weight > at.limits.rules && history.length > 0)) {
    const oldest = history.shift();
    weight -= oldest === undefined ? 0 : oldest.removed.length + oldest.added.length;
  }
  return { name: zone.name, serial: step.to, rules: at.rules ?? changed(zone.rules, step), history };
}

/** The steps from a serial to the present; undefined when they are no longer known, or as much as the whole zone. */
export function stepsSince(zone: ZoneState, serial: number): readonly ZoneStep[] | undefined {
  const begins = zone.history.findIndex((step) => step.from === serial);
  if (begins === -1) return undefined;
  const steps = zone.history.slice(begins);
  const weight = steps.reduce((sum, one) => sum + one.removed.length + one.added.length + 2, 0);
  return weight < zone.rules.size + NEVER_MORE_THAN ? steps : undefined;
}

/** Below this many records a whole zone saves nothing. */
const NEVER_MORE_THAN = 64;
