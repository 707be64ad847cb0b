import { canonicalJson, type Clock, type UserId } from "@causeway/base";
import { guardSays, GUARD_SOCKET_PATH, type GuardHears, type GuardHello, type GuardObeys } from "@causeway/contract";
import {
  baseFor,
  type MachineSeen,
  type PolicyDocument,
  type PolicyGrant,
  type PolicySubject,
  type PolicyView,
} from "@causeway/policy";
import type { OpenSocket, SocketLimits, SocketListener, SocketRequest, SocketRoute } from "@causeway/platform";
import { hash } from "node:crypto";
import { GrantsBySubject } from "./grants-by-subject.ts";
import type { GuardListener, GuardSubjects, PolicySigner, PublishedPolicy } from "./ports.ts";
import type { GuardTickets } from "./tickets.ts";

/** What the stream is made of. */
export interface GuardStreamParts {
  readonly clock: Clock;
  readonly policy: PublishedPolicy;
  readonly signer: PolicySigner;
  readonly subjects: GuardSubjects;
  readonly tickets: GuardTickets;
  readonly listener: GuardListener;
  readonly extensionId: string;
  readonly limits: SocketLimits;
}

/** How much guards take of the server. */
export const defaultGuardLimits: SocketLimits = {
  maxMessageBytes: 4096,
  maxOpen: 20_000,
  maxOpenPerAddress: 200,
  // Two pings and a half.
  silenceMs: 50_000,
  maxWaitingBytes: 8_388_608,
};

/** A base as text, with the hash by which views name it. */
interface BaseText {
  readonly text: string;
  readonly hash: string;
}

/** A guard that is connected. */
interface Connected {
  readonly socket: OpenSocket;
  subject: PolicySubject;
  session: string | undefined;
  /** The hash of the base that it has. */
  base: string | undefined;
  /** The version that it said it obeys. */
  obeys: number;
  /** What was last sent: the grants, and when. */
  sent: { readonly grants: string; readonly version: number; readonly at: number } | undefined;
}

/** Tells guards of the policy: at once when it changes, those first whose own part of it did. */
export class GuardStream {
  #parts: GuardStreamParts;
  #connected = new Set<Connected>();
  #bases = new Map<string, BaseText>();
  #basesOf: PolicyDocument["services"] | undefined;
  #rulesOf: PolicyDocument["rules"] | undefined;
  #grants = new GrantsBySubject([]);
  #stop: () => void;

  constructor(parts: GuardStreamParts) {
    this.#parts = parts;
    this.#stop = parts.policy.onPublished(() => this.#tellAll());
  }

  /** How many guards are connected. */
  get size(): number {
    return this.#connected.size;
  }

  /** Only the guard's own origin may ask: any other page would learn what is blocked and granted on the machine that it is shown on. */
  mayAsk(origin: string | undefined): boolean {
    return origin === undefined || origin === `chrome-extension://${this.#parts.extensionId}`;
  }

  /** Where guards open their socket. */
  get route(): SocketRoute {
    return {
      path: GUARD_SOCKET_PATH,
      limits: this.#parts.limits,
      mayOpen: ({ origin }) => this.mayAsk(origin),
      opened: (socket, request) => this.#opened(socket, request),
    };
  }

  /** What a guard is told that asks without a socket. */
  async answer(hello: GuardHello, ip: string): Promise<readonly GuardHears[]> {
    const { subject, refused } = await this.#identify(hello, ip);
    return [...refused, this.#message(subject, hello.base)];
  }

  /** Somebody's sessions have ended: their guards are told what holds for nobody in particular, and ask again. */
  sessionsEnded(user: UserId, sessions: readonly string[]): void {
    for (const guard of this.#connected) {
      if (guard.subject.user !== user || guard.session === undefined || !sessions.includes(guard.session)) continue;
      guard.subject = { machine: guard.subject.machine };
      guard.session = undefined;
      say(guard.socket, { type: "refused", what: "ticket" });
      this.#tell(guard);
    }
  }

  close(): void {
    this.#stop();
    this.#connected.clear();
  }

  #opened(socket: OpenSocket, request: SocketRequest): SocketListener {
    let guard: Connected | undefined;
    return {
      message: (text) => {
        const said = readSaid(text);
        if (said === undefined) return socket.close(4000, "not understood");
        if (said.type === "ping") return say(socket, { type: "pong" });
        if (said.type === "obeys") return this.#obeyed(guard, said);
        this.#identify(said, request.ip)
          .then(({ subject, session, refused }) => {
            if (guard !== undefined) this.#connected.delete(guard);
            guard = { socket, subject, session, base: said.base, sent: undefined, obeys: -1 };
            this.#connected.add(guard);
            for (const one of refused) say(socket, one);
            this.#tell(guard);
          })
          .catch((error: unknown) => this.#parts.listener.failed(error));
      },
      closed: () => {
        if (guard !== undefined) this.#connected.delete(guard);
      },
    };
  }

  #obeyed(guard: Connected | undefined, { version, proof }: GuardObeys): void {
    if (guard?.sent?.version !== version) return;
    guard.obeys = version;
    const isLast = [...this.#connected].every(({ obeys }) => obeys >= version);
    this.#parts.listener.obeyed({ version, afterMs: this.#parts.clock.now() - guard.sent.at, proof, isLast });
  }

  async #identify(
    hello: GuardHello,
    ip: string,
  ): Promise<{
    readonly subject: PolicySubject;
    readonly session: string | undefined;
    readonly refused: GuardHears[];
  }> {
    const { subjects, tickets } = this.#parts;
    const refused: GuardHears[] = [];
    let machine: MachineSeen | undefined;
    if (hello.machineToken !== undefined) {
      machine = subjects.machineOfToken(hello.machineToken);
      if (machine === undefined) refused.push({ type: "refused", what: "machineToken" });
    }
    machine ??= subjects.machineOfAddress(ip);
    const holder = hello.ticket === undefined ? undefined : tickets.read(hello.ticket);
    const isIn = holder !== undefined && (await subjects.isSignedIn(holder.user, holder.session));
    if (hello.ticket !== undefined && !isIn) refused.push({ type: "refused", what: "ticket" });
    return isIn
      ? { subject: { user: holder.user, machine }, session: holder.session, refused }
      : { subject: { machine }, session: undefined, refused };
  }

  /** Those whose grants changed wait for it; the others only learn of a new number. */
  #tellAll(): void {
    const waiting: Connected[] = [];
    for (const guard of this.#connected) {
      const grants = JSON.stringify(this.#grantsOf(guard.subject));
      if (guard.sent?.grants === grants) waiting.push(guard);
      else this.#tell(guard);
    }
    for (const guard of waiting) this.#tell(guard);
  }

  #tell(guard: Connected): void {
    try {
      say(guard.socket, this.#message(guard.subject, guard.base));
      const { version } = this.#parts.policy.current();
      guard.base = this.#base(guard.subject.machine).hash;
      const grants = JSON.stringify(this.#grantsOf(guard.subject));
      guard.sent = { grants, version, at: this.#parts.clock.now() };
    } catch (error) {
      this.#parts.listener.failed(error);
    }
  }

  #message(subject: PolicySubject, has: string | undefined): GuardHears {
    const { services: _s, rules: _r, grants: _g, machines: _m, ...head } = this.#parts.policy.current();
    const base = this.#base(subject.machine);
    const grants = this.#grantsOf(subject);
    const view: PolicyView = { head, subject, now: this.#parts.clock.now(), base: base.hash, grants };
    const signed = canonicalJson(view);
    const signatures = this.#parts.signer.sign(signed);
    return { type: "policy", signed, signatures, ...(has === base.hash ? {} : { base: base.text }) };
  }

  #grantsOf(subject: PolicySubject): readonly PolicyGrant[] {
    const { grants } = this.#parts.policy.current();
    if (this.#grants.of !== grants) this.#grants = new GrantsBySubject(grants);
    return this.#grants.for(subject);
  }

  /** The base of a kind of machines, made once for each version of catalogue and rules. */
  #base(machine: MachineSeen): BaseText {
    const document = this.#parts.policy.current();
    if (this.#basesOf !== document.services || this.#rulesOf !== document.rules) {
      this.#bases.clear();
      this.#basesOf = document.services;
      this.#rulesOf = document.rules;
    }
    const kind = `${machine.class}\n${machine.department ?? ""}`;
    const known = this.#bases.get(kind);
    if (known !== undefined) return known;
    const text = canonicalJson(baseFor(document, machine));
    const made = { text, hash: hash("sha256", text, "base64").replace(/=+$/, "") };
    this.#bases.set(kind, made);
    return made;
  }
}

function say(socket: OpenSocket, heard: GuardHears): void {
  socket.send(JSON.stringify(heard));
}

function readSaid(text: string): ReturnType<typeof guardSays.parse> | undefined {
  try {
    const read = guardSays.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
