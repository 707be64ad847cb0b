import { decide, machineOfAddress, type PolicyDocument } from "@causeway/policy";
import type { PolicySource, SelfTest } from "../points/index.ts";

/** What a point found when it tried itself. */
export type Found = SelfTest["found"];

/** What a self-test is made from. */
export interface SelfTestParts {
  readonly source: PolicySource;
  /** The address that it asks from: a machine of its own, which nobody has registered. */
  readonly from: string;
  /** Asks the point for a host as a machine would. */
  readonly probe: (host: string) => Promise<Found>;
  readonly failed: (error: unknown) => void;
}

const DAY_MS = 86_400_000;
/** Changes in quick succession are tried once. */
const SETTLE_MS = 50;
const MAX_TRIED = 3;

/** Has a point of this process prove itself: after every change and once a day it is asked for what it must refuse, over its own socket. */
export class SelfTester {
  #parts: SelfTestParts;
  #unsubscribe: () => void;
  #daily: NodeJS.Timeout;
  #soon: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: SelfTestParts) {
    this.#parts = parts;
    this.#unsubscribe = parts.source.subscribe(() => this.#plan());
    this.#daily = setInterval(() => this.#plan(), DAY_MS);
    this.#daily.unref();
    this.#plan();
  }

  /** Ends it, after what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    clearInterval(this.#daily);
    clearTimeout(this.#soon);
    await this.#running;
  }

  #plan(): void {
    if (this.#soon !== undefined || this.#isClosed) return;
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      this.#running = this.#running.then(() => this.#run()).catch(this.#parts.failed);
    }, SETTLE_MS);
    this.#soon.unref();
  }

  async #run(): Promise<void> {
    const { source, probe } = this.#parts;
    const document = source.document();
    if (document === undefined || this.#isClosed) return;
    const since = source.now();
    const tests: SelfTest[] = [];
    for (const target of this.#blockedHosts(document)) {
      const began = performance.now();
      const found = await probe(target);
      tests.push({ at: source.now(), target, expected: "blocked", found, ms: Math.round(performance.now() - began) });
    }
    // What was tried belongs to the version that was in force from the beginning to the end.
    if (source.document() !== document) return;
    const isProven = tests.every(({ expected, found }) => expected === found);
    source.report({ obeys: { version: document.version, since }, tests, fault: isProven ? "" : "not-enforcing" });
  }

  #blockedHosts(document: PolicyDocument): readonly string[] {
    const policy = this.#parts.source.current();
    if (policy === undefined) return [];
    const machine = machineOfAddress(policy, this.#parts.from);
    const now = this.#parts.source.now();
    const hosts: string[] = [];
    for (const service of document.services) {
      const host = service.hosts[0]?.host;
      if (host === undefined || hosts.length >= MAX_TRIED) continue;
      if (!decide(policy, { machine, target: { kind: "host", host }, now }).allowed) hosts.push(host);
    }
    return hosts;
  }
}
