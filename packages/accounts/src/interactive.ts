import { codes, ok, type Clock, type Failure, type Result, type UserId } from "@causeway/base";
import { HttpReply } from "@causeway/platform";
import { randomUUID } from "node:crypto";

/** The stages that are offered. */
export type Stage = "m.login.password" | "m.login.dummy";

/** An operation that asks for more than a token. */
export interface Operation {
  /** Tells operations apart: a session begun for one cannot finish another. */
  readonly name: string;
  readonly user: UserId | undefined;
  readonly stage: Stage;
  /** The `auth` of the request. */
  readonly auth: unknown;
  readonly ip: string;
}

/** Done, or what the client is told to do. */
export type InteractiveAnswer = { readonly done: true } | { readonly done: false; readonly reply: HttpReply };

/** Port: whether a password is a user's; counts failures. */
export type CheckPassword = (user: UserId, password: string, ip: string) => Promise<Result<boolean>>;

interface Begun {
  readonly name: string;
  readonly user: UserId | undefined;
  readonly until: number;
}

/** User-interactive authentication (client-server API): in memory, because it lasts minutes. */
export class InteractiveAuth {
  #clock: Clock;
  #limits: { readonly interactiveSessionMs: number; readonly maxInteractiveSessions: number };
  #checkPassword: CheckPassword;
  #begun = new Map<string, Begun>();

  constructor(options: {
    readonly clock: Clock;
    readonly limits: { readonly interactiveSessionMs: number; readonly maxInteractiveSessions: number };
    readonly checkPassword: CheckPassword;
  }) {
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#checkPassword = options.checkPassword;
  }

  /** Checks one step. */
  async check(operation: Operation): Promise<InteractiveAnswer> {
    const auth = record(operation.auth);
    if (auth === undefined) return this.#ask(operation, this.#begin(operation));
    const session = typeof auth["session"] === "string" ? auth["session"] : undefined;
    if (session !== undefined && !this.#isFor(session, operation)) return this.#ask(operation, this.#begin(operation));
    if (auth["type"] !== operation.stage) return this.#ask(operation, session ?? this.#begin(operation));
    const passed = await this.#pass(operation, auth);
    if (passed.ok) {
      if (session !== undefined) this.#begun.delete(session);
      return { done: true };
    }
    return this.#ask(operation, session ?? this.#begin(operation), passed.error);
  }

  async #pass(operation: Operation, auth: Readonly<Record<string, unknown>>): Promise<Result<undefined>> {
    if (operation.stage === "m.login.dummy") return ok(undefined);
    const { user, ip } = operation;
    const { password } = auth;
    if (user === undefined || typeof password !== "string" || !namesUser(auth, user)) return { ok: false, error: { code: "M_FORBIDDEN" } };
    const good = await this.#checkPassword(user, password, ip);
    if (!good.ok) return good;
    return good.value ? ok(undefined) : { ok: false, error: { code: "M_FORBIDDEN", message: "The password is not right." } };
  }

  #isFor(session: string, operation: Operation): boolean {
    const begun = this.#begun.get(session);
    return begun !== undefined && begun.name === operation.name && begun.user === operation.user && begun.until > this.#clock.now();
  }

  #begin(operation: Operation): string {
    const session = randomUUID();
    this.#begun.set(session, { name: operation.name, user: operation.user, until: this.#clock.now() + this.#limits.interactiveSessionMs });
    for (const oldest of this.#begun.keys()) {
      if (this.#begun.size <= this.#limits.maxInteractiveSessions) break;
      this.#begun.delete(oldest);
    }
    return session;
  }

  #ask(operation: Operation, session: string, failed?: Failure): InteractiveAnswer {
    const fault = failed === undefined ? {} : { errcode: failed.code, error: failed.message ?? codes[failed.code].say, ...failed.extra };
    const status = failed?.code === "M_LIMIT_EXCEEDED" ? codes.M_LIMIT_EXCEEDED.status : 401;
    const body = JSON.stringify({ flows: [{ stages: [operation.stage] }], params: {}, session, completed: [], ...fault });
    return { done: false, reply: new HttpReply({ status, body }) };
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

/** Whether the identifier of a password stage, when there is one, is the user who asks. */
function namesUser(auth: Readonly<Record<string, unknown>>, user: UserId): boolean {
  const identifier = record(auth["identifier"]);
  const named = identifier?.["user"] ?? auth["user"];
  return named === undefined || named === user || named === user.slice(1, user.indexOf(":"));
}
