import type { GuardHears, GuardPolicy, GuardSays } from "@causeway/contract";
import type { Proof } from "./proof.ts";

/** What is said first of who and what this is. */
export interface Identity {
  readonly ticket: string | undefined;
  readonly machineToken: string | undefined;
}

/** A socket, opened or being opened. */
export interface GuardSocket {
  send(text: string): void;
  close(): void;
}

/** What happens to a socket. */
export interface SocketEvents {
  opened(): void;
  heard(data: unknown): void;
  lost(): void;
}

/** That a version was carried out, and what the guard then tried. */
export interface Carried {
  readonly version: number;
  readonly proof: Proof | undefined;
}

/** What a connection needs. */
export interface ConnectionParts {
  readonly open: (events: SocketEvents) => GuardSocket;
  readonly identity: () => Promise<Identity>;
  /** The hash of the base that is there. */
  readonly base: () => Promise<string | undefined>;
  /** Takes a policy; whether it was taken, and the version that is obeyed then. */
  readonly receive: (policy: GuardPolicy) => Promise<Carried | { readonly fault: string }>;
  readonly refused: (what: "ticket" | "machineToken") => Promise<void>;
  readonly later: (work: () => void, ms: number) => () => void;
  readonly pingMs: number;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
/** A server that does not answer this many pings is gone, whatever the network says. */
const MAX_UNANSWERED = 2;

/** Holds a socket to the server, and opens another when it is lost, ever more slowly. */
export class Connection {
  #parts: ConnectionParts;
  #socket: GuardSocket | undefined;
  #isOpen = false;
  #waitMs = FIRST_WAIT_MS;
  #unanswered = 0;
  #stopTimer: (() => void) | undefined;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Opens a socket unless there is one, or one is being opened. */
  start(): void {
    if (this.#socket !== undefined) return;
    this.#stopTimer?.();
    const socket = this.#parts.open({
      opened: () => void this.#hello(socket, true),
      heard: (data) => void this.#heard(socket, data),
      lost: () => this.#lost(socket),
    });
    this.#socket = socket;
  }

  /** Opens another: who is signed in has changed. */
  again(): void {
    const old = this.#socket;
    this.#waitMs = FIRST_WAIT_MS;
    if (old === undefined) return this.start();
    this.#lost(old);
    old.close();
    this.start();
  }

  /** What is said first; without a base when the one that there is was of no use. */
  async #hello(socket: GuardSocket, withBase: boolean): Promise<void> {
    const { ticket, machineToken } = await this.#parts.identity();
    const base = withBase ? await this.#parts.base() : undefined;
    if (socket !== this.#socket) return;
    if (!this.#isOpen) this.#ping(socket);
    this.#isOpen = true;
    this.#say(socket, {
      ...{ type: "hello", protocol: 1 },
      ...(ticket === undefined ? {} : { ticket }),
      ...(machineToken === undefined ? {} : { machineToken }),
      ...(base === undefined ? {} : { base }),
    });
  }

  #ping(socket: GuardSocket): void {
    this.#unanswered = 0;
    const again = (): void => {
      if (socket !== this.#socket) return;
      if (this.#unanswered >= MAX_UNANSWERED) {
        this.#lost(socket);
        return socket.close();
      }
      this.#unanswered += 1;
      this.#say(socket, { type: "ping" });
      this.#stopTimer = this.#parts.later(again, this.#parts.pingMs);
    };
    this.#stopTimer = this.#parts.later(again, this.#parts.pingMs);
  }

  async #heard(socket: GuardSocket, data: unknown): Promise<void> {
    const message = readHeard(data);
    if (message === undefined || socket !== this.#socket) return;
    this.#unanswered = 0;
    if (message.type === "refused") return await this.#parts.refused(message.what);
    if (message.type !== "policy") return;
    const taken = await this.#parts.receive(message);
    if ("version" in taken) {
      this.#waitMs = FIRST_WAIT_MS;
      const { version, proof } = taken;
      this.#say(socket, { type: "obeys", version, ...(proof === undefined ? {} : { proof }) });
    } else if (taken.fault === "no-base" && message.base === undefined) await this.#hello(socket, false);
  }

  #say(socket: GuardSocket, said: GuardSays): void {
    if (socket === this.#socket) socket.send(JSON.stringify(said));
  }

  #lost(socket: GuardSocket): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    this.#isOpen = false;
    this.#stopTimer?.();
    // Not all guards of an office at the same moment.
    const waitMs = this.#waitMs * (0.5 + Math.random());
    this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2);
    this.#stopTimer = this.#parts.later(() => this.start(), waitMs);
  }
}

/** Reads what the server said; undefined for what is none of it. */
export function readHeard(data: unknown): GuardHears | undefined {
  const found = parse(data);
  const { type, what } = Object(found);
  if (type === "pong") return { type };
  if (type === "refused" && (what === "ticket" || what === "machineToken")) return { type, what };
  const { signed, signatures, base } = Object(found);
  if (type !== "policy" || typeof signed !== "string" || typeof signatures !== "object") return undefined;
  const texts = Object.entries(Object(signatures)).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return { type, signed, signatures: Object.fromEntries(texts), ...(typeof base === "string" ? { base } : {}) };
}

function parse(data: unknown): unknown {
  if (typeof data !== "string") return data;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
