import { shippedPolicy } from "@causeway/access";
import type { Clock, Instant } from "@causeway/base";
import {
  EnrolmentRefused,
  enrolAtServer,
  openRemoteSource,
  SteadyClock,
  type PointReport,
  type PolicyListener,
  type PolicySource,
  type PolicyStanding,
} from "@causeway/enforce";
import { factsOfError, type Log } from "@causeway/platform";
import { compilePolicy, type CompiledPolicy, type PolicyDocument } from "@causeway/policy";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** What a source is opened with. */
export interface PointSourceOptions {
  readonly server: string;
  readonly directory: string;
  readonly code: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly againMs?: number;
}

const AGAIN_MS = 10_000;

/** The policy of the server, once there is one; until then the one that the product comes with, so that a new point never opens anything by being new. */
export class PointSource implements PolicySource {
  readonly #options: PointSourceOptions;
  readonly #default: { readonly document: PolicyDocument; readonly compiled: CompiledPolicy };
  readonly #clock: SteadyClock;
  readonly #listeners = new Set<PolicyListener>();
  #remote: PolicySource | undefined;
  #untold: PointReport = {};
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #opening: Promise<void>;

  constructor(options: PointSourceOptions) {
    this.#options = options;
    const document = shippedPolicy();
    this.#default = { document, compiled: compilePolicy(document) };
    this.#clock = new SteadyClock(options.clock);
    this.#opening = this.#open();
  }

  current(): CompiledPolicy {
    return this.#remote?.current() ?? this.#default.compiled;
  }

  document(): PolicyDocument {
    return this.#remote?.document() ?? this.#default.document;
  }

  now(): Instant {
    return this.#remote?.now() ?? this.#clock.now();
  }

  subscribe(listener: PolicyListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  standing(): PolicyStanding {
    const nothing = { version: 0, issued: undefined, heard: undefined, isStale: true, fault: "not-enrolled" };
    return this.#remote?.standing() ?? nothing;
  }

  count(...counted: Parameters<PolicySource["count"]>): void {
    this.#remote?.count(...counted);
  }

  report(report: PointReport): void {
    if (this.#remote === undefined) this.#untold = { ...this.#untold, ...report };
    else this.#remote.report(report);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#opening;
    await this.#remote?.close();
  }

  /** Enrols when that has not been done, then follows the server's policy. */
  async #open(): Promise<void> {
    const { directory, server, code, clock, log, againMs = AGAIN_MS } = this.#options;
    try {
      if (!existsSync(join(directory, "point.json"))) {
        if (code === undefined) return log.error("this point has not enrolled: it needs a one-time code from Causeway");
        await enrolAtServer({ server, code, directory });
        log.info("this point has enrolled");
      }
      if (this.#isClosed) return;
      this.#follow(openRemoteSource({ directory, clock, log }));
    } catch (error) {
      if (error instanceof EnrolmentRefused) log.error(error.message);
      else log.warn("the server cannot be reached for the enrolment; it is tried again", factsOfError(error));
      if (!this.#isClosed)
        this.#timer = setTimeout(() => {
          this.#opening = this.#open();
        }, againMs);
    }
  }

  #follow(remote: PolicySource): void {
    this.#remote = remote;
    remote.subscribe((policy, before) => this.#tell(policy, before ?? this.#default.compiled));
    const kept = remote.current();
    if (kept !== undefined) this.#tell(kept, this.#default.compiled);
    if (Object.keys(this.#untold).length > 0) remote.report(this.#untold);
  }

  #tell(policy: CompiledPolicy, before: CompiledPolicy): void {
    for (const listener of this.#listeners) listener(policy, before);
  }
}
