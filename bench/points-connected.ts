import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import {
  officeBind,
  officeSquid,
  officeUnbound,
  OFFICE_HOST,
  resolving,
  tunnelling,
  type Obeying,
  type Office,
} from "../tests/points/office.ts";
import { programAt, startUpstream, until } from "../tests/points/programs.ts";
import { startSampleServer, type SampleServer } from "../tests/points/sample-server.ts";
import { sampleCaller, type SampleCaller } from "../tests/sample-caller.ts";
import { enrol } from "./policy-feed.ts";
import { benchFile, pause } from "./processes.ts";

const POINTS = 1_000;
const GUARDS = 100;
const EMBEDDED = 2;
const DESK = "127.0.0.1";
const WARM_UPS = 2;
const AT_ONCE = 50;
const PATIENCE_MS = 20_000;

/** Grants that were ended early, over and over, are no risk here. */
const NO_RISK = {
  ...{ high: 100, labels: { unclassified: 0, RESTRICTED: 0, CONFIDENTIAL: 0 } },
  ...{ categories: { other: 0 }, upload: 0, days: [], scopes: { post: 0, group: 0, machine: 0 }, firstUse: 0 },
  endedEarly: 0,
};

/** What points that follow in a worker tell of each version. */
interface Told {
  readonly connected?: number;
  readonly version?: number;
  readonly isOpen?: boolean;
  readonly at?: number;
}

/** From the sending of decisions, over HTTP, until each kind of point obeys; in milliseconds, by kind. */
export type DecisionTimes = ReadonlyMap<string, readonly number[]>;

function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Points that only follow: they are told of each version, as the real ones are, and say when. */
class Followers {
  readonly #worker: Worker;
  readonly #count: number;

  private constructor(worker: Worker, count: number) {
    this.#worker = worker;
    this.#count = count;
  }

  static async start(file: string, task: object, count: number): Promise<Followers> {
    const worker = new Worker(benchFile(file), { workerData: task });
    await new Promise<void>((resolve) =>
      worker.on("message", ({ connected }: Told) => connected === count && resolve()),
    );
    return new Followers(worker, count);
  }

  /** When each of them was told what is looked for. */
  heard(isIt: (told: Told) => boolean): Promise<readonly number[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly number[]>();
    const times: number[] = [];
    const timer = setTimeout(() => reject(new Error(`${times.length} of ${this.#count} were told`)), PATIENCE_MS);
    const hear = (told: Told): void => {
      if (told.at === undefined || !isIt(told)) return;
      times.push(told.at);
      if (times.length < this.#count) return;
      clearTimeout(timer);
      this.#worker.off("message", hear);
      resolve(times);
    };
    this.#worker.on("message", hear);
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}

/** A server with the embedded points, programs of Debian's with theirs, and as many more points as make a thousand. */
interface Connected {
  readonly obeying: readonly Obeying[];
  readonly guards: Followers;
  readonly feed: Followers;
  readonly officer: SampleCaller;
  readonly head: SampleCaller;
  readonly security: SampleCaller;
}

async function listeningPort(sample: SampleServer, name: string): Promise<number> {
  const said = new RegExp(`causeway: ${name} listening on [a-z]+://[^:]+:([0-9]+)`);
  await until(`${name} listens`, () => said.test(sample.server.output()));
  return Number(said.exec(sample.server.output())?.[1]);
}

/** A place that connections are taken at. */
async function startPlace(ends: AsyncDisposableStack): Promise<number> {
  const server = createServer((socket) => socket.on("error", () => undefined));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.defer(() => void server.close());
  return Number(Object(server.address()).port);
}

function configuration(ends: AsyncDisposableStack, at: { readonly site: number; readonly upstream: number }): string {
  const folder = mkdtempSync(join(tmpdir(), "causeway-points-"));
  ends.defer(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "causeway.yaml");
  const proxy = { ports: [at.site], fixedAddresses: { [OFFICE_HOST]: `127.0.0.1:${at.site}` } };
  const dns = { upstreams: [`127.0.0.1:${at.upstream}`] };
  writeFileSync(file, JSON.stringify({ proxyPort: 0, dnsPort: 0, proxy, dns, access: { risk: NO_RISK } }));
  return file;
}

async function programsOf(office: Office): Promise<readonly Obeying[]> {
  const [unbound, bind, squid] = [programAt("unbound"), programAt("named"), programAt("squid")];
  const started: Obeying[] = [];
  if (unbound !== undefined) started.push(await officeUnbound(office, unbound));
  if (bind !== undefined && programAt("rndc") !== undefined) started.push(await officeBind(office, bind));
  if (squid !== undefined && programAt("security_file_certgen") !== undefined)
    started.push(await officeSquid(office, squid));
  return started;
}

async function connectAll(ends: AsyncDisposableStack): Promise<Connected> {
  const site = await startPlace(ends);
  const { port: upstream } = ends.use(await startUpstream());
  const sample = ends.use(await startSampleServer(["--config", configuration(ends, { site, upstream })]));
  const { server } = sample;
  await sample.addMachine(DESK, "PGD");
  const programs = await programsOf({ sample, site, upstream, ends });
  const [security, officer, head] = [
    await sampleCaller(server, "poon.manhin"),
    await sampleCaller(server, "chan.taiman"),
    await sampleCaller(server, "lee.wailing"),
  ];
  const obeying = [
    resolving("embedded DNS filter", await listeningPort(sample, "dns")),
    tunnelling("embedded proxy", await listeningPort(sample, "proxy"), site),
    ...programs,
  ];
  const tokens: string[] = [];
  const rest = POINTS - GUARDS - EMBEDDED - programs.length;
  for (let place = 0; place < rest; place += AT_ONCE) {
    const next = Array.from({ length: Math.min(AT_ONCE, rest - place) }, (_, n) => place + n);
    tokens.push(...(await Promise.all(next.map((one) => enrol(server.url, one, security.token)))));
  }
  const { hostname, port, host } = new URL(server.url);
  const { version: since } = await security.get("/points");
  const feed = { host: hostname, port: Number(port), tokens, since };
  const guards = { url: `ws://${host}/causeway/v1/policy/stream`, guards: GUARDS };
  return {
    ...{ obeying, officer, head, security },
    feed: ends.use(await Followers.start("./policy-feed-points.ts", feed, rest)),
    guards: ends.use(await Followers.start("./guards.ts", guards, GUARDS)),
  };
}

/** Asks until something obeys; the time at which it did. */
async function obeyedAt({ name, lets }: Obeying, isOpen: boolean): Promise<number> {
  const began = now();
  while ((await lets(DESK)) !== isOpen) {
    if (now() - began > PATIENCE_MS) throw new Error(`${name} did not obey`);
    await pause(1);
  }
  return now();
}

/** One decision: how long each kind takes from its sending, everybody who is told included. */
async function change(
  connected: Connected,
  isOpen: boolean,
  decide: () => Promise<unknown>,
): Promise<readonly (readonly [string, readonly number[]])[]> {
  const { obeying, guards, feed, security } = connected;
  const before = Number((await security.get("/points"))["version"]);
  const told = [
    ["guards (WebSocket), told", guards.heard((one) => one.isOpen === isOpen && Number(one.version) > before)],
    ["points on the feed, told", feed.heard(({ version }) => Number(version) > before)],
  ] as const;
  const began = now();
  const decided = decide();
  const [found] = await Promise.all([
    Promise.all([
      ...obeying.map(async (one) => [one.name, [await obeyedAt(one, isOpen)]] as const),
      ...told.map(async ([name, times]) => [name, await times] as const),
    ]),
    decided,
  ]);
  return found.map(([name, times]) => [name, times.map((at) => at - began)]);
}

/** Grants that are approved and revoked, one after the other, with a thousand points connected. */
export async function decisionTimes(changes: number): Promise<DecisionTimes> {
  await using ends = new AsyncDisposableStack();
  const connected = await connectAll(ends);
  const { officer, head } = connected;
  await Promise.all(connected.obeying.map((one) => obeyedAt(one, false)));
  const all = new Map<string, number[]>();
  for (let round = 0; round < changes / 2 + WARM_UPS; round += 1) {
    const until = Date.now() + 3_600_000;
    const wish = { need: "A measurement", label: "unclassified", until, url: `https://${OFFICE_HOST}/` };
    const { request_id: id } = await officer.post("/access/requests", wish);
    const request = `/access/requests/${String(id)}`;
    const opened = await change(connected, true, () => head.post(`${request}/decide`, { decision: "approve" }));
    const { grant_id: grant } = Object((await head.get(request))["grant"]);
    const closed = await change(connected, false, () =>
      head.post(`/access/grants/${grant}/revoke`, { reason: "over" }),
    );
    if (round < WARM_UPS) continue;
    for (const [name, times] of [...opened, ...closed]) all.set(name, [...(all.get(name) ?? []), ...times]);
  }
  return all;
}
