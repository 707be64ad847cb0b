import { instant, type Clock, type Instant } from "@causeway/base";
import { factsOfError, type Log } from "@causeway/platform";
import {
  compilePolicy,
  type CompiledPolicy,
  type MachineSeen,
  type PolicyDocument,
  type Verdict,
} from "@causeway/policy";
import { z } from "zod";
import { takeKeys, takePolicy, type Trust } from "./envelope.ts";
import { readEvents } from "./event-stream.ts";
import { PointFiles, type PointIdentity } from "./point-files.ts";
import { Reporter } from "./reporter.ts";
import type { PointReport, PolicyListener, PolicySource, PolicyStanding } from "./source.ts";
import { SteadyClock } from "./steady-clock.ts";

/** Numbers of a point's contact with its server. */
export interface RemoteTimes {
  /** A stream that is silent for so long is dead: the server sends something every 15 seconds. */
  readonly silenceMs: number;
  /** How long to wait after contact was lost; each further time twice as long. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** How often counts are told. */
  readonly countsMs: number;
}

/** What these are when nothing else is said. */
export const defaultRemoteTimes: RemoteTimes = {
  silenceMs: 45_000,
  firstWaitMs: 500,
  longestWaitMs: 30_000,
  countsMs: 60_000,
};

/** What a point's source is made of. */
export interface RemoteOptions {
  /** Where `enrolAtServer` has written who the point is; the last policy is kept there too. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly times?: RemoteTimes;
}

const feedAnswer = z.object({ version: z.number(), envelopes: z.array(z.looseObject({ signed: z.string() })) });
/** So many steps are kept beside the whole policy before a whole one is fetched instead. */
const MOST_STEPS = 200;

/** Follows the policy of a server far away. The last one is there at once, from the directory. @throws when the point has not enrolled */
export function openRemoteSource(options: RemoteOptions): PolicySource {
  const source = new RemoteSource(options);
  source.start();
  return source;
}

class RemoteSource implements PolicySource {
  #files: PointFiles;
  #identity: PointIdentity;
  #log: Log;
  #times: RemoteTimes;
  #clock: SteadyClock;
  #trust: Trust;
  #document: PolicyDocument | undefined;
  #compiled: CompiledPolicy | undefined;
  /** How many steps are kept after the whole policy. */
  #steps = 0;
  #listeners = new Set<PolicyListener>();
  #reporter: Reporter;
  #heard: Instant | undefined;
  #fault: string | undefined = "unreachable";
  #wantsWhole = false;
  #ending = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout;

  constructor({ directory, clock, log, times = defaultRemoteTimes }: RemoteOptions) {
    this.#files = new PointFiles(directory);
    this.#identity = this.#files.identity();
    this.#log = log;
    this.#times = times;
    this.#clock = new SteadyClock(clock, this.#files.latest());
    this.#trust = this.#files.trust(this.#identity);
    const kept = this.#files.policy(this.#trust);
    if (kept !== undefined) this.#become(kept.document);
    this.#steps = kept?.steps ?? 0;
    // Steps cannot be put after what is not known as it was signed.
    this.#wantsWhole = kept === undefined;
    this.#reporter = new Reporter(
      (body) => this.#post(body),
      () => this.now(),
    );
    this.#timer = setInterval(() => this.#minute(), times.countsMs);
    this.#timer.unref();
  }

  start(): void {
    this.#running = this.#follow();
  }

  current(): CompiledPolicy | undefined {
    return this.#compiled;
  }

  document(): PolicyDocument | undefined {
    return this.#document;
  }

  now(): Instant {
    return this.#clock.now();
  }

  subscribe(listener: PolicyListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  standing(): PolicyStanding {
    const document = this.#document;
    return {
      ...{ version: document?.version ?? 0, issued: document?.issued, heard: this.#heard },
      isStale: document === undefined || document.expires <= this.now(),
      fault: this.#clock.wentBack ? "clock-went-back" : this.#fault,
    };
  }

  count(machine: MachineSeen, verdict: Verdict): void {
    this.#reporter.count(machine, verdict);
  }

  report(report: PointReport): void {
    this.#reporter.add(report);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#ending.abort();
    await this.#running;
    await this.#reporter.close();
    this.#files.putLatest(this.now());
    this.#listeners.clear();
  }

  #minute(): void {
    this.#reporter.flush();
    this.#files.putLatest(this.now());
    if (this.#clock.wentBack) this.#reporter.add({ fault: "clock-went-back" });
  }

  /** Holds a stream, and asks where there is none, until the end. */
  async #follow(): Promise<void> {
    let waitMs = this.#times.firstWaitMs;
    while (!this.#ending.signal.aborted) {
      const version = this.#document?.version;
      try {
        await this.#stream();
      } catch (error) {
        if (this.#ending.signal.aborted) return;
        this.#log.debug("the stream of policies ended", factsOfError(error));
        await this.#poll();
      }
      if (version !== this.#document?.version || this.#fault === undefined) waitMs = this.#times.firstWaitMs;
      await this.#wait(waitMs);
      waitMs = Math.min(this.#times.longestWaitMs, waitMs * 2);
    }
  }

  /** Not all points of an office at the same moment. */
  async #wait(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms * (0.5 + Math.random()));
    this.#ending.signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    clearTimeout(timer);
  }

  async #stream(): Promise<void> {
    const silent = new AbortController();
    const timer = setInterval(() => silent.abort(), this.#times.silenceMs);
    try {
      const response = await this.#get("/causeway/v1/policy/stream", AbortSignal.any([silent.signal]), {
        "last-event-id": String(this.#since()),
      });
      if (response.body === null) throw new Error("an answer without a body");
      this.#contact();
      for await (const event of readEvents(response.body)) {
        timer.refresh();
        this.#contact();
        if (event !== undefined && !this.#hear(event.event, event.data)) return;
      }
    } finally {
      clearInterval(timer);
      silent.abort();
    }
  }

  /** Where streams do not get through, and to be sure. */
  async #poll(): Promise<void> {
    try {
      const response = await this.#get(`/causeway/v1/policy?since=${this.#since()}`, AbortSignal.timeout(60_000), {});
      const { envelopes } = feedAnswer.parse(await response.json());
      this.#contact();
      for (const one of envelopes) if (!this.#hear("policy", JSON.stringify(one))) return;
    } catch (error) {
      if (this.#fault !== "token-refused") this.#fault = "unreachable";
      this.#log.debug("the policy could not be asked for", factsOfError(error));
    }
  }

  #since(): number {
    return this.#wantsWhole ? 0 : (this.#document?.version ?? 0);
  }

  async #get(path: string, signal: AbortSignal, headers: Readonly<Record<string, string>>): Promise<Response> {
    const { server, token } = this.#identity;
    const response = await fetch(`${server}${path}`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
      signal: AbortSignal.any([this.#ending.signal, signal]),
      redirect: "error",
    });
    if (response.ok) return response;
    await response.body?.cancel();
    this.#fault = response.status === 401 ? "token-refused" : "unreachable";
    throw new Error(`the server answered ${response.status}`);
  }

  #contact(): void {
    this.#heard = this.now();
    if (this.#fault === "unreachable" || this.#fault === "token-refused") this.#fault = undefined;
  }

  /** Takes what came; false when it is of no use to go on. */
  #hear(event: string, text: string): boolean {
    if (event === "keys") return this.#hearKeys(text);
    if (event !== "policy") return true;
    const taken = takePolicy(text, this.#trust, this.#document);
    if (typeof taken !== "string") return this.#take(text, taken);
    if (taken === "again") {
      if (this.#wantsWhole && !isStep(text)) this.#keepWhole(text);
      return true;
    }
    // A step that was on its way while the whole was fetched is no attack, and changes nothing.
    if (taken === "older" && isStep(text)) return true;
    if (taken === "gap") this.#wantsWhole = true;
    else this.#refuse(taken);
    return false;
  }

  #take(text: string, document: PolicyDocument): boolean {
    if (!this.#become(document)) return false;
    if (!isStep(text)) this.#keepWhole(text);
    else {
      this.#files.addStep(text);
      this.#steps += 1;
      if (this.#steps === MOST_STEPS) {
        this.#wantsWhole = true;
        void this.#poll();
      }
    }
    if (this.#fault !== undefined) this.#reporter.add({ fault: "" });
    this.#fault = undefined;
    return true;
  }

  #keepWhole(text: string): void {
    this.#files.putWhole(text);
    this.#steps = 0;
    this.#wantsWhole = false;
  }

  #hearKeys(text: string): boolean {
    const taken = takeKeys(text, this.#trust);
    if (typeof taken !== "string") {
      this.#trust = taken;
      this.#files.addKeys(text);
    } else if (taken !== "again") this.#refuse(taken);
    return true;
  }

  #refuse(fault: string): void {
    if (this.#fault !== fault) this.#reporter.add({ fault });
    this.#fault = fault;
    this.#log.warn("a policy was refused", { fault });
  }

  /** Obeys a policy; false when it contradicts itself, and the one before goes on. */
  #become(document: PolicyDocument): boolean {
    const [before, known] = [this.#compiled, this.#document];
    try {
      this.#compiled = compilePolicy(
        document,
        before === undefined || known === undefined ? undefined : { document: known, compiled: before },
      );
    } catch (error) {
      this.#log.error("a policy could not be compiled", factsOfError(error));
      this.#refuse("unreadable");
      return false;
    }
    this.#document = document;
    this.#clock.knows(instant(document.issued));
    for (const listener of this.#listeners) listener(this.#compiled, before);
    return true;
  }

  async #post(body: object): Promise<void> {
    const { server, token } = this.#identity;
    const response = await fetch(`${server}/causeway/v1/points/report`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
      redirect: "error",
    });
    await response.body?.cancel();
    // What the server does not understand it will not understand next time either.
    if (!response.ok && response.status !== 400) throw new Error(`the server answered ${response.status}`);
  }
}

/** Whether a signed text, which was looked at before, is a step and not the whole. */
function isStep(text: string): boolean {
  return "since" in Object(JSON.parse(String(Object(JSON.parse(text)).signed)));
}
