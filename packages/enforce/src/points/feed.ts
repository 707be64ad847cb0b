import type { PolicyKeys, Published, Publisher } from "@causeway/access";

/** Somebody who is sent each version as it comes. */
export interface FeedReader {
  /** Bytes that are the same for all who are sent them. */
  send(frame: Buffer): void;
  /** Ends the connection. */
  close(): void;
}

/** A version and how it follows from the one before, as it is sent. */
interface Step {
  readonly since: number;
  readonly version: number;
  readonly text: string;
  readonly frame: Buffer;
}

/** Numbers of the feed; configuration. */
export interface FeedLimits {
  /** Steps that are kept for those who come back; who is further behind is sent the whole policy. */
  readonly maxSteps: number;
  readonly maxStepBytes: number;
  readonly maxConnected: number;
  /** What may wait for a reader that does not take it, beyond what it was sent first. */
  readonly maxWaitingBytes: number;
  readonly heartbeatMs: number;
}

/** What these are when nothing else is configured. */
export const defaultFeedLimits: FeedLimits = {
  maxSteps: 1_000,
  maxStepBytes: 16_777_216,
  maxConnected: 10_000,
  maxWaitingBytes: 4_194_304,
  heartbeatMs: 15_000,
};

/** What somebody is sent who has a version: nothing, the steps from there, or the whole. */
export interface FeedAnswer {
  readonly version: number;
  readonly envelopes: readonly string[];
}

/** The policy as it is sent to points: each version is written once, and the same bytes go to everybody. */
export class PolicyFeed {
  #publisher: Publisher;
  #keys: PolicyKeys;
  #limits: FeedLimits;
  #steps: Step[] = [];
  #stepBytes = 0;
  #whole: { readonly version: number; readonly frame: Buffer } | undefined;
  #readers = new Set<FeedReader>();
  #waiting = new Set<() => void>();
  #stop: () => void;
  #timer: NodeJS.Timeout;

  constructor(parts: { readonly publisher: Publisher; readonly keys: PolicyKeys; readonly limits: FeedLimits }) {
    this.#publisher = parts.publisher;
    this.#keys = parts.keys;
    this.#limits = parts.limits;
    this.#stop = parts.publisher.onPublished((published) => this.#take(published));
    this.#timer = setInterval(() => this.#beat(), parts.limits.heartbeatMs);
    this.#timer.unref();
  }

  /** What somebody is sent who has version `since`. */
  answer(since: number): FeedAnswer {
    const { version } = this.#publisher.current();
    if (since === version) return { version, envelopes: [] };
    const steps = this.#stepsFrom(since);
    return { version, envelopes: steps?.map((step) => step.text) ?? [this.#publisher.whole()] };
  }

  /** Resolves when there is another version than `since`, or the signal aborts. */
  async another(since: number, signal: AbortSignal): Promise<void> {
    if (this.#publisher.current().version !== since || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    this.#waiting.delete(resolve);
  }

  /** Whether one more may be connected. */
  get hasRoom(): boolean {
    return this.#readers.size < this.#limits.maxConnected;
  }

  /** How many are connected. */
  get connected(): number {
    return this.#readers.size;
  }

  /** What somebody is sent first who connects with version `since`: the keys, and what they lack. */
  first(since: number): readonly Buffer[] {
    return [this.#keysFrame(), ...this.#framesFrom(since)];
  }

  /** Sends each version from now on; the function it answers ends that. */
  connect(reader: FeedReader): () => void {
    this.#readers.add(reader);
    return () => void this.#readers.delete(reader);
  }

  /** The keys have changed: everybody is told. */
  tellKeys(): void {
    const frame = this.#keysFrame();
    for (const reader of this.#readers) reader.send(frame);
  }

  /** Ends every connection. */
  close(): void {
    this.#stop();
    clearInterval(this.#timer);
    for (const reader of this.#readers) reader.close();
    for (const resolve of this.#waiting) resolve();
  }

  #take({ document, step, stepText }: Published): void {
    if (step !== undefined && stepText !== undefined) {
      const frame = frameOf("policy", stepText, document.version);
      this.#keep({ since: step.since, version: document.version, text: stepText, frame });
      for (const reader of this.#readers) reader.send(frame);
    }
    for (const resolve of this.#waiting) resolve();
  }

  #keep(step: Step): void {
    this.#steps.push(step);
    this.#stepBytes += step.frame.length;
    const { maxSteps, maxStepBytes } = this.#limits;
    while (this.#steps.length > maxSteps || (this.#stepBytes > maxStepBytes && this.#steps.length > 0))
      this.#stepBytes -= this.#steps.shift()?.frame.length ?? 0;
  }

  /** The steps from a version to the present one; undefined when they are not all there. */
  #stepsFrom(since: number): readonly Step[] | undefined {
    const first = this.#steps.findLastIndex((step) => step.since === since);
    return first < 0 ? undefined : this.#steps.slice(first);
  }

  #framesFrom(since: number): readonly Buffer[] {
    const { version } = this.#publisher.current();
    if (since === version) return [];
    const steps = this.#stepsFrom(since);
    if (steps !== undefined) return steps.map((step) => step.frame);
    if (this.#whole?.version !== version)
      this.#whole = { version, frame: frameOf("policy", this.#publisher.whole(), version) };
    return [this.#whole.frame];
  }

  #keysFrame(): Buffer {
    return frameOf("keys", this.#keys.list(), undefined);
  }

  #beat(): void {
    for (const reader of this.#readers) reader.send(HEARTBEAT);
  }
}

const HEARTBEAT = Buffer.from(": alive\n\n");

/** A server-sent event. JSON has no line ends in it. */
export function frameOf(event: string, data: string, id: number | undefined): Buffer {
  return Buffer.from(`${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`);
}
