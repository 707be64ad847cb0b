import type { Instant } from "@causeway/base";
import { AUTHORITATIVE_ANSWER } from "dns-packet";
import { randomInt } from "node:crypto";
import { signMessage, writeMessage, type TsigKey } from "../dns-wire/index.ts";
import { soaOf } from "./records.ts";
import type { ZoneState } from "./zone.ts";
import type { ZoneTimes } from "./zone-text.ts";

/** A secondary that is told of changes. */
export interface NotifyTarget {
  readonly address: string;
  readonly port: number;
  readonly key?: TsigKey;
  /** Whether it has this zone; all, unless it says so. */
  readonly has?: (zone: string) => boolean;
}

const NOTIFY_OPCODE = 4;
/** When a secondary that does not answer is told again. */
const AGAIN_MS = [60, 200, 600, 2000, 6000];

interface Pending {
  readonly zone: string;
  readonly target: NotifyTarget;
  timer: NodeJS.Timeout | undefined;
}

/** Tells secondaries of changes (RFC 1996) until they say that they heard. */
export class Notifier implements Disposable {
  readonly #send: (message: Buffer, target: NotifyTarget) => void;
  readonly #now: () => Instant;
  readonly #times: ZoneTimes;
  readonly #pending = new Map<number, Pending>();

  constructor(options: {
    readonly send: (message: Buffer, target: NotifyTarget) => void;
    readonly now: () => Instant;
    readonly times: ZoneTimes;
  }) {
    this.#send = options.send;
    this.#now = options.now;
    this.#times = options.times;
  }

  /** Tells the secondaries that have a zone; what they were told of it before is moot. */
  tell(zone: ZoneState, targets: Iterable<NotifyTarget>): void {
    for (const [id, { zone: name }] of this.#pending) if (name === zone.name) this.#end(id);
    for (const target of targets) if (target.has?.(zone.name) ?? true) this.#begin(zone, target);
  }

  /** A secondary's answer. NOTE It is believed unsigned: at worst somebody on its own network keeps it from being told again before it asks by itself. */
  heard(message: Buffer, address: string): void {
    const id = message.readUInt16BE(0);
    if (this.#pending.get(id)?.target.address === address) this.#end(id);
  }

  [Symbol.dispose](): void {
    for (const id of this.#pending.keys()) this.#end(id);
  }

  #begin(zone: ZoneState, target: NotifyTarget): void {
    let id = randomInt(65_536);
    while (this.#pending.has(id)) id = randomInt(65_536);
    const plain = writeMessage({
      type: "query",
      id,
      flags: (NOTIFY_OPCODE << 11) | AUTHORITATIVE_ANSWER,
      questions: [{ type: "SOA", name: zone.name }],
      answers: [soaOf(zone.name, zone.serial, this.#times)],
    });
    const pending: Pending = { zone: zone.name, target, timer: undefined };
    this.#pending.set(id, pending);
    const attempt = (at: number): void => {
      const { key } = target;
      this.#send(key === undefined ? plain : signMessage(plain, { key, now: this.#now() }).bytes, target);
      const wait = AGAIN_MS[at];
      // One that never answers asks by itself, at the refresh time of the zone.
      if (wait === undefined) this.#end(id);
      else pending.timer = setTimeout(() => attempt(at + 1), wait);
    };
    attempt(0);
  }

  #end(id: number): void {
    clearTimeout(this.#pending.get(id)?.timer);
    this.#pending.delete(id);
  }
}
