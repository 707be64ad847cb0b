import { parseServerName, parseUserId } from "@causeway/base";
import { createLog, createMetrics, loadConfig, openDataDirectory, openSite, type Engine } from "@causeway/platform";
import type { Server } from "@causeway/server";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { Answered } from "./answered.ts";
import { Person, type Call, type PersonSession } from "./person.ts";
import { testClock, type TestClock } from "./test-clock.ts";
import { testLocation, type TestLocation } from "./test-database.ts";

/** What a test may want to be different. */
export interface TestWorldOptions {
  readonly engine?: Engine;
  /** Variables of the configuration, as an operator would set them. Rate limits are off unless they say otherwise. */
  readonly env?: Readonly<Record<string, string>>;
  /** The text of a configuration file. */
  readonly file?: string;
  /** As `npm start` has it: with the sample government, and the web client as it was built in a folder. */
  readonly sample?: { readonly client: string };
}

/** The password of everybody in a test world. */
export const TEST_PASSWORD = "correct horse battery";

/** The whole server in this process, with a database and a directory of its own. */
export interface TestWorld extends AsyncDisposable {
  readonly engine: Engine;
  readonly clock: TestClock;
  /** Where it listens; another address after a restart. */
  readonly url: string;
  /** Where else it listens, by name: `proxy`, `dns`; those that `env` gave a port. */
  readonly listening: ReadonlyMap<string, string>;
  /** The server's parts, for what cannot be asked over HTTP. After a restart they are others. */
  readonly server: Server;
  readonly directory: string;
  /** Lines of the log of level warn and above. */
  readonly log: readonly string[];
  /** A new account, signed in. The second of a name is called `name-2`. */
  person(name: string): Promise<Person>;
  /** Several new accounts. */
  people<const Names extends readonly string[]>(...names: Names): Promise<{ [K in keyof Names]: Person }>;
  /** A call by nobody, or with a token. */
  call(call: Call): Promise<Answered>;
  /** Moves the clock on, and has the server do what is due by it. */
  pass(ms: number): void;
  /** Stops the server in order and starts another on the same data; everybody stays signed in. */
  restart(): Promise<void>;
}

/** Starts the whole server on a temporary directory. Closing it fails when the server met a surprise. */
export async function testWorld(options: TestWorldOptions = {}): Promise<TestWorld> {
  const engine = options.engine ?? "sqlite";
  const directory = await mkdtemp(join(tmpdir(), "causeway-world-"));
  const location = engine === "postgres" ? await testLocation("postgres") : undefined;
  const world = new RunningWorld({ ...options, engine, directory, location });
  try {
    await world.start();
  } catch (error) {
    await world[Symbol.asyncDispose]();
    throw error;
  }
  return world;
}

/** One world for all tests of a `describe`: started before the first, closed after the last. */
export function sharedWorld(options: TestWorldOptions = {}): () => TestWorld {
  let world: TestWorld | undefined;
  before(async () => {
    world = await testWorld(options);
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });
  return () => {
    if (world === undefined) throw new Error("a shared world is there while tests run");
    return world;
  };
}

interface Place extends TestWorldOptions {
  readonly engine: Engine;
  readonly directory: string;
  readonly location: TestLocation | undefined;
}

class RunningWorld implements TestWorld {
  readonly engine: Engine;
  readonly directory: string;
  readonly clock: TestClock = testClock();
  readonly log: string[] = [];
  url = "";
  listening: ReadonlyMap<string, string> = new Map();
  #place: Place;
  #running: { readonly server: Server; readonly release: () => void } | undefined;
  #names = new Map<string, number>();

  constructor(place: Place) {
    this.#place = place;
    this.engine = place.engine;
    this.directory = place.directory;
  }

  get server(): Server {
    if (this.#running === undefined) throw new Error("the server is not running");
    return this.#running.server;
  }

  async start(): Promise<void> {
    // Loaded when it is needed: most of what this package gives does not need the whole server.
    const { addDemo, demoSettings, wire } = await import("@causeway/server");
    const { clock } = this;
    const { file, sample } = this.#place;
    const config = loadConfig({ flags: {}, environment: this.#environment(), file });
    const serverName = parseServerName(config.serverName);
    if (serverName === undefined) throw new Error("bad test server name");
    const data = openDataDirectory(join(this.directory, "data"), serverName);
    giveGuardKey(data.path);
    const listening = (): string => this.url;
    const server = await wire({
      ...(sample === undefined ? {} : { ...demoSettings, site: await openSite(sample.client) }),
      config,
      directory: data,
      clock,
      log: createLog({ level: "warn", clock, write: (line) => void this.log.push(line) }),
      metrics: createMetrics(),
      get publicUrl() {
        return sample === undefined ? "http://localhost" : listening().replace("//127.0.0.1:", "//localhost:");
      },
      tls: undefined,
    });
    if (sample !== undefined && data.isNew) await addDemo(server, { directory: data, serverName, now: clock.now() });
    this.#running = { server, release: () => data.release() };
    this.url = await server.http.listen({ host: "127.0.0.1", port: 0 });
    this.listening = new Map((await server.enforce.listen()).map(({ name, url }) => [name, url]));
  }

  #environment(): Record<string, string> {
    const { location, env } = this.#place;
    // Clients here keep their connections: waiting for them to let go would only make every test slower.
    const own = { CAUSEWAY_RATE_LIMITS: "off", CAUSEWAY_MIN_FREE_BYTES: "0", CAUSEWAY_HTTP_CLOSE_TIMEOUT_MS: "100" };
    return { ...own, ...(location === undefined ? {} : { CAUSEWAY_DATABASE_URL: location.location }), ...env };
  }

  async person(name: string): Promise<Person> {
    const count = (this.#names.get(name) ?? 0) + 1;
    this.#names.set(name, count);
    const localpart = count === 1 ? name : `${name}-${count}`;
    const made = await this.server.accounts.createUser({ localpart, password: TEST_PASSWORD });
    if (!made.ok) throw new Error(`no account of the name ${localpart} could be made: ${made.error.code}`);
    return new Person(await this.#begin(made.value, undefined), {
      call: (call) => this.call(call),
      begin: (user, device) => this.#begin(user, device),
    });
  }

  async people<const Names extends readonly string[]>(...names: Names): Promise<{ [K in keyof Names]: Person }> {
    const people = await Promise.all(names.map((name) => this.person(name)));
    return people as { [K in keyof Names]: Person }; // one for each name
  }

  /** A session without the cost of checking a password. */
  async #begin(userId: string, device: string | undefined): Promise<PersonSession> {
    const user = parseUserId(userId);
    if (user === undefined) throw new Error("not a user id");
    const begun = await this.server.accounts.sessions.begin({ user, device, name: undefined, refresh: false });
    if (!begun.ok) throw new Error(`no session could begin: ${begun.error.code}`);
    return { userId, device: begun.value.device_id, token: begun.value.access_token };
  }

  async call(call: Call): Promise<Answered> {
    const isWhole = call.path.startsWith("/_") || call.path.startsWith("/causeway/") || !call.path.startsWith("/");
    const at = isWhole ? call.path : `/_matrix/client/v3${call.path}`;
    const search = searchOf(call.query);
    const { body } = call;
    const response = await fetch(`${this.url}${at}${search}`, {
      method: call.method,
      headers: {
        ...(call.token === undefined ? {} : { authorization: `Bearer ${call.token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: body instanceof Uint8Array ? new Uint8Array(body) : textOf(body) }),
    });
    return new Answered({
      asked: `${call.method} ${at}`,
      status: response.status,
      headers: response.headers,
      text: await response.text(),
    });
  }

  pass(ms: number): void {
    this.clock.move(ms);
    this.server.rooms.live.sweep();
    this.server.enforce.tick();
  }

  async restart(): Promise<void> {
    await this.#stop();
    await this.start();
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.server.close();
    running?.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    await this.#place.location?.[Symbol.asyncDispose]();
    await rm(this.directory, { recursive: true, force: true });
    const surprise = this.log.find((line) => line.includes('"level":"error"'));
    if (surprise !== undefined) throw new Error(`the server met a surprise: ${surprise}`);
  }
}

function textOf(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

let guardKey: string | undefined;

/** Gives a server the RSA key of its guard: to make one takes longer than the whole rest of a start. */
function giveGuardKey(directory: string): void {
  const path = join(directory, "guard.key");
  if (existsSync(path)) return;
  const format = { type: "pkcs8", format: "pem" } as const;
  guardKey ??= generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export(format).toString();
  writeFileSync(path, guardKey, { mode: 0o600 });
}

function searchOf(query: Call["query"]): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    for (const one of typeof value === "object" ? value : [String(value)]) search.append(name, one);
  }
  return search.size === 0 ? "" : `?${search.toString()}`;
}
