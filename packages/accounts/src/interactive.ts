import { codes, failure, ok, type Clock, type Failure, type Instant, type Result, type UserId } from "@causeway/base";
import { HttpReply } from "@causeway/platform";
import { hash, randomUUID } from "node:crypto";

/** The stages that are offered. Each flow is one stage: any of those that an account has will do. */
export type Stage = "m.login.password" | "m.login.dummy" | "m.login.sso" | "org.causeway.passkey";

/** An operation that asks for more than a token. */
export interface Operation {
  /** Tells operations apart, with what they act on: a session begun for one cannot finish another. */
  readonly name: string;
  readonly user: UserId | undefined;
  /** One of these has to be passed. */
  readonly stages: readonly Stage[];
  /** The `auth` of the request. */
  readonly auth: unknown;
  readonly ip: string;
}

/** Done, and by which stage, or what the client is told to do. */
export type InteractiveAnswer =
  | {
      readonly done: true;
      readonly stage: Stage;
      /** What is kept of it, where a stage keeps something: the id of a passkey's record. */
      readonly record: string | undefined;
    }
  | { readonly done: false; readonly reply: HttpReply };

/** An attempt at a stage. */
export interface Attempt {
  readonly operation: Operation;
  readonly session: string;
  readonly auth: Readonly<Record<string, unknown>>;
  readonly now: Instant;
}

/** How a stage is passed. */
export interface StageCheck {
  /** What the client needs to know to pass it now. */
  params?(operation: Operation, session: string): Promise<object | undefined>;
  /** Whether an attempt passes; the value is the id of what is kept of it, if anything is. */
  pass(attempt: Attempt): Promise<Result<string | undefined>> | Result<string | undefined>;
}

/** What it needs of accounts. */
export interface InteractiveParts {
  readonly clock: Clock;
  readonly limits: { readonly interactiveSessionMs: number; readonly maxInteractiveSessions: number };
  readonly checks: Readonly<Partial<Record<Stage, StageCheck>>>;
}

interface Begun {
  /** A digest of operation and user: names may be long. */
  readonly bound: string;
  readonly user: UserId | undefined;
  readonly until: number;
  /** The stage that was passed elsewhere, in a browser. */
  proved?: Stage;
}

/** User-interactive authentication (client-server API): in memory and bounded, because it lasts minutes. */
export class InteractiveAuth {
  #parts: InteractiveParts;
  #begun = new Map<string, Begun>();

  constructor(parts: InteractiveParts) {
    this.#parts = parts;
  }

  /** Checks one step. */
  async check(operation: Operation): Promise<InteractiveAnswer> {
    const auth = record(operation.auth);
    if (auth === undefined) return await this.#ask(operation, this.#begin(operation));
    const given = typeof auth["session"] === "string" ? auth["session"] : undefined;
    if (given !== undefined && !this.#isFor(given, operation))
      return await this.#ask(operation, this.#begin(operation));
    const session = given ?? this.#begin(operation);
    const now = this.#parts.clock.now();
    const proved = this.#begun.get(session)?.proved;
    const stage = operation.stages.find((one) => one === (proved ?? auth["type"]));
    if (stage === undefined) return await this.#ask(operation, session);
    const passed = stage === proved ? ok(undefined) : await this.#pass(stage, { operation, session, auth, now });
    if (!passed.ok) return await this.#ask(operation, session, passed.error);
    // Checked once more: of two requests that finish the same session at the same time, one goes on.
    if (!this.#begun.delete(session)) return await this.#ask(operation, this.#begin(operation));
    return { done: true, stage, record: passed.value };
  }

  async #pass(stage: Stage, attempt: Attempt): Promise<Result<string | undefined>> {
    if (stage === "m.login.dummy") return ok(undefined);
    return (await this.#parts.checks[stage]?.pass(attempt)) ?? failure("M_FORBIDDEN");
  }

  /** Who a session belongs to while it can still be finished; undefined for one that is nobody's. */
  ownerOf(session: string): UserId | undefined {
    const begun = this.#begun.get(session);
    return begun !== undefined && begun.until > this.#parts.clock.now() ? begun.user : undefined;
  }

  /** Takes note that the owner of a session has passed a stage elsewhere; false when the session is not theirs or has lapsed. */
  prove(session: string, user: UserId, stage: Stage): boolean {
    const begun = this.#begun.get(session);
    if (begun === undefined || this.ownerOf(session) !== user) return false;
    begun.proved = stage;
    return true;
  }

  #isFor(session: string, operation: Operation): boolean {
    const begun = this.#begun.get(session);
    return begun !== undefined && begun.bound === boundTo(operation) && begun.until > this.#parts.clock.now();
  }

  #begin(operation: Operation): string {
    const { limits, clock } = this.#parts;
    const session = randomUUID();
    const until = clock.now() + limits.interactiveSessionMs;
    this.#begun.set(session, { bound: boundTo(operation), user: operation.user, until });
    for (const oldest of this.#begun.keys()) {
      if (this.#begun.size <= limits.maxInteractiveSessions) break;
      this.#begun.delete(oldest);
    }
    return session;
  }

  async #ask(operation: Operation, session: string, failed?: Failure): Promise<InteractiveAnswer> {
    const params: Record<string, object> = {};
    for (const stage of operation.stages) {
      const needed = await this.#parts.checks[stage]?.params?.(operation, session);
      if (needed !== undefined) params[stage] = needed;
    }
    return { done: false, reply: replyOf({ operation, session, params, failed }) };
  }
}

/** NOTE What an account can pass may change in between (a passkey is added), so the stages are not part of it. */
function boundTo(operation: Operation): string {
  return hash("sha256", JSON.stringify([operation.name, operation.user ?? null]), "base64url");
}

function replyOf(asked: {
  readonly operation: Operation;
  readonly session: string;
  readonly params: object;
  readonly failed: Failure | undefined;
}): HttpReply {
  const { operation, session, params, failed } = asked;
  const retryAfterMs = failed?.extra?.["retry_after_ms"];
  const fault =
    failed === undefined
      ? {}
      : { errcode: failed.code, error: failed.message ?? codes[failed.code].say, ...failed.extra };
  const flows = operation.stages.map((stage) => ({ stages: [stage] }));
  return new HttpReply({
    status: failed?.code === "M_LIMIT_EXCEEDED" ? codes.M_LIMIT_EXCEEDED.status : 401,
    headers: typeof retryAfterMs === "number" ? { "retry-after": String(Math.ceil(retryAfterMs / 1000)) } : {},
    body: JSON.stringify({ flows, params, session, completed: [], ...fault }),
  });
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
