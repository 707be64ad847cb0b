import { allow, instant, parseServerName, type Clock, type Instant } from "@causeway/base";
import { createAuthorise, decide } from "@causeway/access";
import {
  accountsMigrations,
  createAccounts,
  defaultAccountsLimits,
  type Accounts,
  type AccountsLimits,
  type SignOnParts,
} from "@causeway/accounts";
import { createHttp, type Database, type Engine, type HttpServer } from "@causeway/platform";
import { testDatabase } from "@causeway/testkit";

/** A password that is long enough. */
export const PASSWORD = "correct horse battery";

/** What a test may change about its server. */
export interface WorldOptions {
  readonly engine?: Engine;
  readonly limits?: Partial<AccountsLimits>;
  readonly registration?: "open" | "closed";
  readonly sharedSecret?: string;
  readonly throttled?: boolean;
  /** Fails as often as this when a departure is announced. */
  readonly failingDepartures?: number;
  /** Sign-in providers, and what belongs to them. */
  readonly signOn?: Partial<SignOnParts>;
  /** Where clients reach the server; by default `https://chat.test`; true: where it listens. */
  readonly ownUrl?: boolean;
  /** Whether this machine is one of an office. */
  readonly managed?: boolean;
  readonly port?: number;
}

/** An answer: its status, and its JSON. */
export interface Answered {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

/** A running server with nothing but accounts. */
export interface World extends AsyncDisposable {
  readonly accounts: Accounts;
  readonly url: string;
  readonly clock: { now(): Instant; move(ms: number): void };
  /** What was announced and collected: `ended @u:test D`, `keys @u:test D`, `left @u:test`. */
  readonly told: string[];
  /** Roles by user id. */
  readonly roles: Map<string, ReadonlySet<string>>;
  readonly failures: unknown[];
  call(method: string, path: string, options?: { readonly token?: string; readonly body?: unknown }): Promise<Answered>;
  /** Makes an account and signs in. */
  person(localpart: string, more?: Readonly<Record<string, unknown>>): Promise<Session>;
  login(localpart: string, more?: Readonly<Record<string, unknown>>): Promise<Answered>;
  /** Other accounts over the same database: what a restart finds. */
  restarted(): Accounts;
}

/** A person who is signed in. */
export interface Session {
  readonly userId: string;
  readonly token: string;
  readonly refresh: string;
  readonly device: string;
}

function movableClock(): World["clock"] & Clock {
  let now = Date.UTC(2026, 0, 5);
  return { now: () => instant(now), move: (ms) => void (now += ms) };
}

/** Reads what a sign-in answered. */
export function sessionOf(answered: Answered): Session {
  const { body } = answered;
  if (answered.status !== 200) throw new Error(`sign-in answered ${answered.status} ${String(body["errcode"])}`);
  return {
    userId: String(body["user_id"]),
    token: String(body["access_token"]),
    refresh: String(body["refresh_token"]),
    device: String(body["device_id"]),
  };
}

/** Starts one. */
export async function accountsWorld(options: WorldOptions = {}): Promise<World> {
  const database = await testDatabase(options.engine ?? "sqlite", [accountsMigrations]);
  const { db } = database;
  const clock = movableClock();
  const told: string[] = [];
  const failures: unknown[] = [];
  const roles = new Map<string, ReadonlySet<string>>();
  const where = { url: "https://chat.test" };
  const build = (): Accounts => accountsOf(options, { db, clock, told, where, roles });
  const accounts = build();
  const http = serverOf(accounts, { clock, failures, roles });
  const url = await http.listen({ host: "127.0.0.1", port: options.port ?? 0 });
  if (options.ownUrl === true) where.url = url;
  const call = callerOf(url);
  const login: World["login"] = (localpart, more = {}) =>
    call("POST", "/_matrix/client/v3/login", {
      body: {
        type: "m.login.password",
        identifier: { type: "m.id.user", user: localpart },
        password: PASSWORD,
        ...more,
      },
    });
  return {
    accounts,
    url,
    clock,
    told,
    roles,
    failures,
    call,
    login,
    async person(localpart, more) {
      const made = await accounts.createUser({ localpart, password: PASSWORD });
      if (!made.ok) throw new Error(made.error.code);
      return sessionOf(await login(localpart, more));
    },
    restarted: build,
    async [Symbol.asyncDispose]() {
      await http.close();
      await accounts.settle();
      await database[Symbol.asyncDispose]();
    },
  };
}

function accountsOf(
  options: WorldOptions,
  parts: {
    readonly db: Database;
    readonly clock: Clock;
    readonly told: string[];
    readonly where: { readonly url: string };
    readonly roles: World["roles"];
  },
): Accounts {
  const { db, clock, told, where, roles } = parts;
  let failing = options.failingDepartures ?? 0;
  const serverName = parseServerName("test");
  if (serverName === undefined) throw new Error("bad test server name");
  return createAccounts({
    db,
    clock,
    serverName,
    limits: { ...defaultAccountsLimits, ...options.limits },
    registration: options.registration ?? "closed",
    sharedSecret: options.sharedSecret,
    get publicUrl() {
      return where.url;
    },
    defaultRoomVersion: "12",
    throttled: options.throttled ?? false,
    isManagedAddress: (ip) => options.managed === true && ip === "127.0.0.1",
    hasPersonalDevices: true,
    signOn: {
      providers: [],
      secrets: new Map(),
      redirectUrls: [],
      people: () => undefined,
      failed: (error) => void told.push(`sign-on ${error instanceof Error ? error.name : "?"}`),
      ...options.signOn,
    },
    mayResetPassword: () => allow,
    may: (user, action) => decide(action, { roles: roles.get(user) ?? new Set() }).allowed,
    ending: {
      endDevices(tx, user, devices) {
        tx.position();
        told.push(...devices.map((device) => `keys ${user} ${device}`));
      },
    },
    listener: {
      sessionsEnded: (user, ended) => void told.push(...ended.map(({ device }) => `ended ${user} ${device}`)),
      accountDeactivated(user) {
        failing -= 1;
        if (failing >= 0) throw new Error("the rooms cannot be reached");
        told.push(`left ${user}`);
      },
      accountNamed: (user, name) => void told.push(`named ${user} ${name}`),
    },
  });
}

function callerOf(url: string): World["call"] {
  return async (method, path, { token, body } = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    return {
      status: response.status,
      body: typeof answer === "object" ? { ...answer } : {},
      headers: response.headers,
    };
  };
}

function serverOf(
  accounts: Accounts,
  parts: { readonly clock: Clock; readonly failures: unknown[]; readonly roles: World["roles"] },
): HttpServer {
  return createHttp({
    config: {
      trustedProxies: [],
      legacyClients: false,
      rateBudgets: undefined,
      headersTimeoutMs: 60_000,
      requestTimeoutMs: 300_000,
      maxQueryBytes: 8192,
      closeTimeoutMs: 1000,
      maxBodyBytes: 65_536,
      maxJsonDepth: 50,
    },
    clock: parts.clock,
    authenticate: (token) => accounts.authenticate(token),
    authorise: createAuthorise((user) => ({ roles: parts.roles.get(user) ?? new Set() })),
    observer: { finished: () => undefined, failed: (failed) => void parts.failures.push(failed.error) },
    routes: accounts.routes,
  });
}

/** `403 M_FORBIDDEN`. */
export function brief(answered: Answered): string {
  const code = answered.body["errcode"];
  return code === undefined ? String(answered.status) : `${answered.status} ${typeof code === "string" ? code : ""}`;
}
