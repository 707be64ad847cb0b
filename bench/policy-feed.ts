import { createPolicies, policyMigrations } from "@causeway/access";
import { auditMigrations, recordAudit } from "@causeway/audit";
import { instant, parseUserId, systemClock, type UserId } from "@causeway/base";
import { createPoints, defaultFeedLimits, defaultPointLimits, pointsMigrations } from "@causeway/enforce";
import { createHttp, openDatabase, type Database, type HttpServer, type Route } from "@causeway/platform";
import type { PolicyGrant } from "@causeway/policy";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { BenchPart } from "./parts.ts";

const POINTS = 1_000;
const GRANTS_BEFORE = 1_000;

function now(): number {
  return performance.timeOrigin + performance.now();
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

function grant(place: number): PolicyGrant {
  return {
    ...{ id: `gr_${String(place).padStart(8, "0")}`, users: [`@p${place}:bench.example`], machines: [`ma_${place}`] },
    ...{ services: ["whatsapp"], sites: [], upload: false, begins: instant(0), ends: instant(Date.now() + 86_400_000) },
  };
}

/** The part of a server that this is about: catalogue, rules, publisher, feed and registry, over HTTP. */
class Feed {
  readonly db: Database;
  readonly grants: PolicyGrant[] = Array.from({ length: GRANTS_BEFORE }, (_, place) => grant(place));
  readonly policies: ReturnType<typeof createPolicies>;
  readonly points: ReturnType<typeof createPoints>;
  readonly http: HttpServer;

  constructor(db: Database, directory: string, by: UserId) {
    this.db = db;
    const failed = (error: unknown): void => {
      throw error;
    };
    const shared = { db, clock: systemClock, audit: recordAudit, failed };
    this.policies = createPolicies({
      ...{ ...shared, directory, installation: "bench.example", utcOffsetMinutes: 0 },
      ...{ lifetimeMs: 604_800_000, keepCountsDays: 400, machines: () => [], grants: () => this.grants },
      people: {
        dutiesOf: () => [],
        departmentsOf: () => new Set(),
        departmentOf: () => undefined,
        everDepartmentOf: () => undefined,
        successorsOf: () => [],
        ownHosts: () => [],
      },
    });
    const { publisher, keys, counting } = this.policies;
    this.points = createPoints({
      ...{ ...shared, publisher, keys, counting, limits: { ...defaultPointLimits, ...defaultFeedLimits } },
      people: { machineOfToken: () => undefined, machineOfAddress: (address) => ({ id: `addr:${address}` }) },
    });
    const caller = { ok: true, value: { user: by, device: by, session: "bench", managed: true } };
    this.http = bareHttp([...this.policies.routes, ...this.points.routes], caller);
  }

  async start(): Promise<string> {
    await this.policies.load();
    await this.points.load();
    await this.policies.publisher.start();
    return await this.http.listen({ host: "127.0.0.1", port: 0 });
  }

  async close(): Promise<void> {
    await this.points.close();
    await this.http.close();
    await this.db[Symbol.asyncDispose]();
  }
}

function bareHttp(routes: readonly Route[], caller: object): HttpServer {
  return createHttp({
    config: {
      ...{ maxBodyBytes: 1_048_576, maxJsonDepth: 64, maxQueryBytes: 16_384, trustedProxies: [], legacyClients: false },
      ...{ rateBudgets: undefined, headersTimeoutMs: 20_000, requestTimeoutMs: 300_000, closeTimeoutMs: 200 },
    },
    clock: systemClock,
    authenticate: () => caller as never, // nobody but this file calls
    authorise: () => ({ allowed: true }),
    observer: { finished: () => undefined, failed: ({ error }) => console.error(error) },
    routes,
  });
}

/** Enrols a point as one does from elsewhere, by an administrator's session; its token. */
export async function enrol(url: string, place: number, session = "bench"): Promise<string> {
  const post = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const headers = { authorization: `Bearer ${session}`, "content-type": "application/json" };
    const answer = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return Object(await answer.json());
  };
  const { code } = await post("/causeway/v1/points/codes", { kind: "proxy", name: `Point ${place}` });
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const plain = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");
  const key = plain(Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url"));
  const proof = plain(sign(null, Buffer.from(String(code)), privateKey));
  const { token } = await post("/causeway/v1/points/enrol", { code, public_key: key, proof });
  return String(token);
}

interface Told {
  readonly connected?: number;
  readonly version?: number;
  readonly at?: number;
}

/** Commits grants one after another, and takes the time until every point has each. */
async function measure(feed: Feed, worker: Worker, rounds: number): Promise<Measured> {
  const times: number[] = [];
  const lasts: number[] = [];
  const published: number[] = [];
  const { publisher } = feed.policies;
  for (let round = 0; round < rounds; round += 1) {
    const before = publisher.current().version;
    const receipts: number[] = [];
    const all = Promise.withResolvers<void>();
    const hear = ({ version, at: time }: Told): void => {
      if (version === undefined || time === undefined || version <= before) return;
      receipts.push(time);
      if (receipts.length === POINTS) all.resolve();
    };
    worker.on("message", hear);
    const tx = feed.db.begin();
    const made = grant(GRANTS_BEFORE + round);
    const facts = { scope: "officer", services: made.services, until: made.ends };
    recordAudit(tx, { act: "grant.began", by: "system", on: made.id, at: systemClock.now(), facts });
    let committed = 0;
    tx.onCommitted(() => {
      committed = now();
      feed.grants.push(made);
      publisher.touch("grants");
    });
    await tx.commit();
    await publisher.settle();
    published.push(now() - committed);
    await all.promise;
    worker.off("message", hear);
    const waited = receipts.map((one) => one - committed);
    times.push(...waited);
    lasts.push(Math.max(...waited));
  }
  return { times: times.toSorted((a, b) => a - b), lasts: lasts.toSorted((a, b) => a - b), published };
}

interface Measured {
  readonly times: readonly number[];
  readonly lasts: readonly number[];
  readonly published: readonly number[];
}

/** From the commit of a decision until a thousand connected points have the version that says so. */
export const policyFeedPart: BenchPart = {
  name: "policy-feed",
  run: async ({ isQuick }) => {
    const directory = mkdtempSync(join(tmpdir(), "causeway-feed-bench-"));
    const by = parseUserId("@bench:bench.example");
    if (by === undefined) throw new Error("not a user id");
    const db = await openDatabase({
      location: join(directory, "bench.db"),
      migrations: [auditMigrations, policyMigrations, pointsMigrations],
    });
    const feed = new Feed(db, directory, by);
    try {
      const url = await feed.start();
      const tokens: string[] = [];
      for (let place = 0; place < POINTS; place += 50)
        tokens.push(...(await Promise.all(Array.from({ length: 50 }, (_, n) => enrol(url, place + n)))));
      const { hostname, port } = new URL(url);
      const since = feed.policies.publisher.current().version;
      const worker = new Worker(new URL("./policy-feed-points.ts", import.meta.url), {
        workerData: { host: hostname, port: Number(port), tokens, since },
      });
      await new Promise<void>((resolve) =>
        worker.on("message", ({ connected }: Told) => connected === POINTS && resolve()),
      );
      await measure(feed, worker, 3);
      const { times, lasts, published } = await measure(feed, worker, isQuick ? 10 : 40);
      await worker.terminate();
      const line = {
        ...{ what: "policy feed", points: POINTS, changes: lasts.length },
        ...{ p50Ms: at(times, 0.5), p99Ms: at(times, 0.99), lastP50Ms: at(lasts, 0.5), lastMaxMs: lasts.at(-1) },
        publishP50Ms: at(
          published.toSorted((a, b) => a - b),
          0.5,
        ),
      };
      const text =
        `policy feed, ${POINTS} points connected, ${lasts.length} decisions: from the commit to a point p50 ${line.p50Ms.toFixed(1)} ms, ` +
        `p99 ${line.p99Ms.toFixed(1)} ms; to the last of them p50 ${line.lastP50Ms.toFixed(1)} ms; published after ${line.publishP50Ms.toFixed(1)} ms`;
      return { text, line };
    } finally {
      await feed.close();
      rmSync(directory, { recursive: true, force: true });
    }
  },
};
