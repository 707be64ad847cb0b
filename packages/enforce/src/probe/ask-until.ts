import type { Clock } from "@causeway/base";
import { setTimeout as wait } from "node:timers/promises";
import type { SelfTest } from "../points/index.ts";
import { askResolver, type DnsFound } from "./dns-probe.ts";
import type { NameProbe } from "./name-probes.ts";

/** Where a probe goes, as which machine, since when the change is under way, and how long it is waited for. */
export interface ProbeWish extends NameProbe {
  readonly resolver: { readonly server: string; readonly port: number };
  readonly from?: string;
  /** `performance.now()` of the change. */
  readonly began: number;
  readonly clock: Clock;
  readonly patienceMs?: number;
}

const PATIENCE_MS = 3000;
const LONGEST_PAUSE_MS = 50;

/** Asks a resolver as a machine would until it answers as it must, and says how long that took; what it found at last when it never did. */
export async function askUntilObeyed(wish: ProbeWish): Promise<SelfTest> {
  const { resolver, from, name, expected, began, clock, patienceMs = PATIENCE_MS } = wish;
  const question = { ...resolver, name, ...(from === undefined ? {} : { from }) };
  const deadline = performance.now() + patienceMs;
  let found: DnsFound = "no-answer";
  for (let pause = 1; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
    const left = deadline - performance.now();
    found = await askResolver({ ...question, timeoutMs: Math.max(1, Math.min(1000, left)) });
    if (found === expected || left <= pause) break;
    await wait(pause);
  }
  return { at: clock.now(), target: name, expected, found, ms: performance.now() - began };
}
