import type { MachineSeen, Verdict } from "@causeway/policy";
import { AnswerCounts, type PointCounts } from "./counts.ts";
import type { PointReport } from "./source.ts";

/** How a report is sent: resolves when the server has it, rejects to have it sent again. */
export type SendReport = (body: object) => Promise<void>;

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** Gathers what a point tells, and sends it until the server has it: each report has a number, so that counts are taken once. */
export class Reporter {
  #send: SendReport;
  #serial: () => number;
  #pending: PointReport = {};
  #counts = new AnswerCounts();
  #last = 0;
  #unsent: { readonly body: object; readonly counts: PointCounts } | undefined;
  #running: Promise<void> | undefined;
  #waitMs = FIRST_WAIT_MS;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** `serial` gives a number that is greater than before with each process. */
  constructor(send: SendReport, serial: () => number) {
    this.#send = send;
    this.#serial = serial;
  }

  count(machine: MachineSeen, verdict: Verdict): void {
    this.#counts.count(machine, verdict);
  }

  /** Adds what is told, and sends it soon. */
  add(report: PointReport): void {
    this.#pending = { ...this.#pending, ...report };
    this.flush();
  }

  /** Sends what there is, counts too. */
  flush(): void {
    if (this.#running !== undefined || this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#running = this.#sendAll().finally(() => (this.#running = undefined));
  }

  /** Tries once more to send everything. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    this.#isClosed = true;
    await this.#sendAll();
    clearTimeout(this.#timer);
  }

  async #sendAll(): Promise<void> {
    // What is told while this waits for the disk of the server is sent together.
    await Promise.resolve();
    for (;;) {
      this.#unsent ??= this.#next();
      if (this.#unsent === undefined) return;
      try {
        await this.#send(this.#unsent.body);
        this.#unsent = undefined;
        this.#waitMs = FIRST_WAIT_MS;
      } catch {
        this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2);
        if (!this.#isClosed) this.#timer = setTimeout(() => this.flush(), this.#waitMs).unref();
        return;
      }
    }
  }

  #next(): { readonly body: object; readonly counts: PointCounts } | undefined {
    const report = this.#pending;
    if (Object.keys(report).length === 0 && this.#counts.isEmpty) return undefined;
    this.#pending = {};
    const counts = this.#counts.take();
    this.#last = Math.max(this.#last + 1, this.#serial());
    return { counts, body: { ...report, ...counts, serial: this.#last } };
  }
}
