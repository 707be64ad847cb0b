import { grantRole } from "@causeway/directory";
import { parseUserId, systemClock, type Clock } from "@causeway/base";
import { createLog, type Engine, type Log } from "@causeway/platform";
import { enrolAtServer, openRemoteSource, type PolicySource, type RemoteTimes } from "@causeway/enforce";
import { testWorld, type Answered, type Person, type TestWorld } from "@causeway/testkit";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const DIRECTORY = "/causeway/v1/directory";
const FAST: RemoteTimes = { silenceMs: 45_000, firstWaitMs: 20, longestWaitMs: 100, countsMs: 100 };

/** An event of a stream as it came. */
export interface Heard {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** A whole server with both administrators, a department, and points. */
export class FeedWorld implements AsyncDisposable {
  readonly world: TestWorld;
  readonly system: Person;
  readonly security: Person;
  #machines = 0;
  #folders: string[] = [];
  #sources: PolicySource[] = [];

  private constructor(world: TestWorld, system: Person, security: Person) {
    this.world = world;
    this.system = system;
    this.security = security;
  }

  static async start(engine: Engine, env: Readonly<Record<string, string>> = {}): Promise<FeedWorld> {
    const world = await testWorld({ engine, env });
    const [system, security] = await world.people("system", "security");
    const made = new FeedWorld(world, system, security);
    await made.give(system, "system-administrator");
    await made.give(security, "security-administrator");
    (await system.post(`${DIRECTORY}/departments`, { code: "PD", name_en: "Police", name_zh: "警察" })).ok();
    return made;
  }

  async give(person: Person, role: string): Promise<void> {
    const user = parseUserId(person.userId);
    if (user === undefined) throw new Error("not a user id");
    const { db, accounts } = this.world.server;
    const done = await grantRole({ db, clock: this.world.clock, accounts }, { user, role });
    if (!done.ok) throw new Error(done.error.code);
    await this.world.server.directory.tick();
  }

  get version(): number {
    return this.world.server.policy.publisher.current().version;
  }

  /** Changes the policy by registering a machine; answers its id when the change is published. */
  async change(addresses: readonly string[] = []): Promise<string> {
    this.#machines += 1;
    const made = await this.system.post(`${DIRECTORY}/machines`, {
      name: `m${this.#machines}`,
      department: "PD",
      addresses,
    });
    await this.world.server.policy.publisher.settle();
    return made.ok().at("machine_id").text;
  }

  async code(kind = "proxy", name = "Proxy 1"): Promise<string> {
    return (await this.security.post("/causeway/v1/points/codes", { kind, name })).ok().at("code").text;
  }

  enrol(code: string, signed = code): Promise<Answered> {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const key = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
    const proof = sign(null, Buffer.from(signed), privateKey);
    const body = { code, public_key: plain(key), proof: plain(proof) };
    return this.world.call({ method: "POST", path: "/causeway/v1/points/enrol", body });
  }

  /** A point's token and id. */
  async point(kind = "proxy", name = "Proxy 1"): Promise<{ readonly id: string; readonly token: string }> {
    const done = (await this.enrol(await this.code(kind, name))).ok();
    return { id: done.at("point_id").text, token: done.at("token").text };
  }

  feed(token: string, since: number, more = ""): Promise<Answered> {
    return this.world.call({ method: "GET", path: `/causeway/v1/policy?since=${since}${more}`, token });
  }

  report(token: string, body: object): Promise<Answered> {
    return this.world.call({ method: "POST", path: "/causeway/v1/points/report", token, body });
  }

  async seen(id: string): Promise<Readonly<Record<string, unknown>>> {
    const { points } = Object((await this.security.get("/causeway/v1/points")).ok().body);
    return points.find((one: { point_id: string }) => one.point_id === id) ?? {};
  }

  /** Opens a stream and hears its events one by one. */
  async stream(token: string, last?: number): Promise<Stream> {
    const ending = new AbortController();
    const response = await fetch(`${this.world.url}/causeway/v1/policy/stream`, {
      headers: { authorization: `Bearer ${token}`, ...(last === undefined ? {} : { "last-event-id": String(last) }) },
      signal: ending.signal,
    });
    return new Stream(response, ending);
  }

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), "causeway-point-"));
    this.#folders.push(folder);
    return folder;
  }

  /** A point as it runs elsewhere: enrolled, with its policy. */
  async remote(folder = this.folder(), clock: Clock = systemClock): Promise<PolicySource> {
    await enrolAtServer({ server: this.world.url, code: await this.code(), directory: folder });
    return this.open(folder, clock);
  }

  open(folder: string, clock: Clock = systemClock, log: Log = silent): PolicySource {
    const source = openRemoteSource({ directory: folder, clock, log, times: FAST });
    this.#sources.push(source);
    return source;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.close()));
    await this.world[Symbol.asyncDispose]();
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }
}

const silent = createLog({ level: "error", clock: systemClock, write: () => undefined });

/** Resolves when something holds of a source: now, or after one of its policies. */
export async function until(source: PolicySource, holds: () => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = source.subscribe(() => holds() && resolve());
  if (holds()) resolve();
  await promise;
  stop();
}

/** Looks until something holds. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** An open stream of events. */
export class Stream {
  readonly status: number;
  readonly response: Response;
  #ending: AbortController;
  #reader: AsyncIterator<Uint8Array> | undefined;
  #held = "";

  constructor(response: Response, ending: AbortController) {
    this.status = response.status;
    this.response = response;
    this.#ending = ending;
    this.#reader = response.body?.[Symbol.asyncIterator]();
  }

  /** The next event; undefined when the stream has ended. */
  async next(): Promise<Heard | undefined> {
    for (;;) {
      const end = this.#held.indexOf("\n\n");
      if (end >= 0) {
        const text = this.#held.slice(0, end);
        this.#held = this.#held.slice(end + 2);
        const event = heardOf(text);
        if (event !== undefined) return event;
        continue;
      }
      const chunk = await this.#reader?.next();
      if (chunk === undefined || chunk.done === true) return undefined;
      this.#held += Buffer.from(chunk.value).toString("utf8");
    }
  }

  /** The next policy. */
  async policy(): Promise<Heard> {
    for (;;) {
      const event = await this.next();
      if (event === undefined) throw new Error("the stream ended");
      if (event.event === "policy") return event;
    }
  }

  end(): void {
    this.#ending.abort();
  }
}

function heardOf(text: string): Heard | undefined {
  const fields = new Map(
    text.split("\n").flatMap((line): readonly (readonly [string, string])[] => {
      const colon = line.indexOf(": ");
      return colon <= 0 ? [] : [[line.slice(0, colon), line.slice(colon + 2)]];
    }),
  );
  const data = fields.get("data");
  return data === undefined ? undefined : { id: fields.get("id"), event: fields.get("event") ?? "", data };
}

/** What is in a signed envelope. */
export function signedIn(envelope: unknown): Readonly<Record<string, unknown>> {
  const text = typeof envelope === "string" ? JSON.parse(envelope) : envelope;
  return JSON.parse(String(Object(text).signed));
}

function plain(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
