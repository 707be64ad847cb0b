import { codes, failure, ok, type Clock, type Failure, type Result, type UserId } from "@causeway/base";
import { HttpReply } from "@causeway/platform";
import { hash, randomUUID } from "node:crypto";

/** The stages that are offered. */
export type Stage = "m.login.password" | "m.login.dummy";

/** An operation that asks for more than a token. */
export interface Operation {
  /** Tells operations apart, with what they act on: a session begun for one cannot finish another. */
  readonly name: string;
  readonly user: UserId | undefined;
  readonly stage: Stage;
  /** The `auth` of the request. */
  readonly auth: unknown;
  readonly ip: string;
}

/** Done, or what the client is told to do. */
export type InteractiveAnswer = { readonly done: true } | { readonly done: false; readonly reply: HttpReply };

/** What it needs of accounts. */
export interface InteractiveParts {
  readonly clock: Clock;
  readonly limits: { readonly interactiveSessionMs: number; readonly maxInteractiveSessions: number };
  /** Finds the account when the password is its own; counts failures. */
  checkPassword(who: {
    readonly user: UserId;
    readonly password: string;
    readonly ip: string;
  }): Promise<Result<object | undefined>>;
  /** Reads what a client calls a user. */
  userOf(name: string): UserId | undefined;
}

interface Begun {
  /** A digest of operation and user: names may be long. */
  readonly bound: string;
  readonly until: number;
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
    if (auth === undefined) return ask(operation, this.#begin(operation));
    const given = typeof auth["session"] === "string" ? auth["session"] : undefined;
    if (given !== undefined && !this.#isFor(given, operation)) return ask(operation, this.#begin(operation));
    const session = given ?? this.#begin(operation);
    if (auth["type"] !== operation.stage) return ask(operation, session);
    const passed = await this.#pass(operation, auth);
    if (!passed.ok) return ask(operation, session, passed.error);
    // Checked once more: of two requests that finish the same session at the same time, one goes on.
    if (!this.#begun.delete(session)) return ask(operation, this.#begin(operation));
    return { done: true };
  }

  async #pass(operation: Operation, auth: Readonly<Record<string, unknown>>): Promise<Result<undefined>> {
    if (operation.stage === "m.login.dummy") return ok(undefined);
    const { user, ip } = operation;
    const { password } = auth;
    if (user === undefined || typeof password !== "string" || !this.#names(auth, user)) return failure("M_FORBIDDEN");
    const account = await this.#parts.checkPassword({ user, password, ip });
    if (!account.ok) return account;
    return account.value === undefined ? failure("M_FORBIDDEN", "The password is not right.") : ok(undefined);
  }

  /** Whether the identifier of a password stage, when there is one, is the user who asks. */
  #names(auth: Readonly<Record<string, unknown>>, user: UserId): boolean {
    const identifier = record(auth["identifier"]);
    if (identifier !== undefined && identifier["type"] !== "m.id.user") return false;
    const named = identifier?.["user"] ?? auth["user"];
    return named === undefined || (typeof named === "string" && this.#parts.userOf(named) === user);
  }

  #isFor(session: string, operation: Operation): boolean {
    const begun = this.#begun.get(session);
    return begun !== undefined && begun.bound === boundTo(operation) && begun.until > this.#parts.clock.now();
  }

  #begin(operation: Operation): string {
    const { limits, clock } = this.#parts;
    const session = randomUUID();
    this.#begun.set(session, { bound: boundTo(operation), until: clock.now() + limits.interactiveSessionMs });
    for (const oldest of this.#begun.keys()) {
      if (this.#begun.size <= limits.maxInteractiveSessions) break;
      this.#begun.delete(oldest);
    }
    return session;
  }
}

function boundTo(operation: Operation): string {
  return hash("sha256", JSON.stringify([operation.name, operation.user ?? null, operation.stage]), "base64url");
}

function ask(operation: Operation, session: string, failed?: Failure): InteractiveAnswer {
  const retryAfterMs = failed?.extra?.["retry_after_ms"];
  const fault =
    failed === undefined
      ? {}
      : { errcode: failed.code, error: failed.message ?? codes[failed.code].say, ...failed.extra };
  const reply = new HttpReply({
    status: failed?.code === "M_LIMIT_EXCEEDED" ? codes.M_LIMIT_EXCEEDED.status : 401,
    headers: typeof retryAfterMs === "number" ? { "retry-after": String(Math.ceil(retryAfterMs / 1000)) } : {},
    body: JSON.stringify({ flows: [{ stages: [operation.stage] }], params: {}, session, completed: [], ...fault }),
  });
  return { done: false, reply };
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
