import { makeDirectoryDurably, syncDirectory, writeDurably } from "@causeway/platform";
import { closeSync, existsSync, fdatasyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { RpzAction } from "./rules.ts";
import { after, type HistoryLimits, type ZoneState, type ZoneStep } from "./zone.ts";

const Serial = z
  .int()
  .min(1)
  .max(2 ** 32 - 1);
const Rules = z.array(z.tuple([z.string().max(255), z.enum(["block", "pass"])]));
const Line = z.union([
  z.object({ zone: z.string().max(255), serial: Serial, rules: Rules }),
  z.object({ zone: z.string().max(255), from: Serial, to: Serial, removed: Rules, added: Rules }),
]);
/** The file is written anew when it holds so many steps more than zones. */
const STEPS_UNTIL_NEW = 5000;

/** Keeps zones with their history in one file of lines, so that serials never go back and secondaries get differences after a restart. */
export interface ZoneFile extends Disposable {
  readonly zones: ReadonlyMap<string, ZoneState>;
  /** Writes a zone as it is first published. */
  begin(zone: ZoneState): void;
  /** Writes a step; it is on the disk when this returns. */
  step(zone: string, step: ZoneStep): void;
  /** Writes everything anew when the file has grown long. */
  tidy(zones: Iterable<ZoneState>): void;
}

/** Opens the file, or begins it. A last line that a power cut left unfinished is dropped. @throws when another line is damaged. */
export function openZoneFile(path: string, limits: HistoryLimits): ZoneFile {
  makeDirectoryDurably(dirname(path));
  const zones = existsSync(path) ? readZones(readFileSync(path, "utf8"), limits) : new Map<string, ZoneState>();
  // What was read is written anew: it begins without an unfinished line, and with less history than there may have been.
  writeDurably(path, [...zones.values()].flatMap(linesOf).join(""));
  let file = openSync(path, "a");
  let steps = 0;
  const write = (line: string): void => {
    writeSync(file, line);
    fdatasyncSync(file);
  };
  return {
    zones,
    begin: (zone) => write(wholeLine(zone)),
    step: (zone, step) => {
      steps += 1;
      write(stepLine(zone, step));
    },
    tidy: (all) => {
      if (steps < STEPS_UNTIL_NEW) return;
      steps = 0;
      writeDurably(path, [...all].flatMap(linesOf).join(""));
      closeSync(file);
      file = openSync(path, "a");
      syncDirectory(dirname(path));
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}

function wholeLine({ name, serial, rules }: ZoneState): string {
  return `${JSON.stringify({ zone: name, serial, rules: [...rules] })}\n`;
}

function stepLine(zone: string, { from, to, removed, added }: ZoneStep): string {
  return `${JSON.stringify({ zone, from, to, removed, added })}\n`;
}

/** A zone as lines: as it was before its history, then each step. */
function linesOf(zone: ZoneState): readonly string[] {
  const first = zone.history[0];
  if (first === undefined) return [wholeLine(zone)];
  const rules = new Map(zone.rules);
  for (const { removed, added } of zone.history.toReversed()) {
    for (const [owner] of added) rules.delete(owner);
    for (const [owner, action] of removed) rules.set(owner, action);
  }
  return [
    wholeLine({ name: zone.name, serial: first.from, rules, history: [] }),
    ...zone.history.map((step) => stepLine(zone.name, step)),
  ];
}

function readZones(text: string, limits: HistoryLimits): Map<string, ZoneState> {
  const zones = new Map<string, ZoneState>();
  const lines = text.split("\n");
  for (const [at, line] of lines.entries()) {
    const isLast = at === lines.length - 1;
    if (isLast) break; // Empty after a whole line; unfinished otherwise.
    const read = Line.parse(JSON.parse(line));
    if ("rules" in read) {
      const rules = new Map<string, RpzAction>(read.rules);
      zones.set(read.zone, { name: read.zone, serial: read.serial, rules, history: [] });
      continue;
    }
    const zone = zones.get(read.zone);
    if (zone === undefined || zone.serial !== read.from) throw new Error(`line ${at + 1} follows from nothing`);
    zones.set(read.zone, after(zone, read, { limits }));
  }
  return zones;
}
