import type { Counting, PolicyKeys, Publisher } from "@causeway/access";
import type { RecordAudit } from "@causeway/audit";
import type { Clock } from "@causeway/base";
import type { PointKind } from "@causeway/contract";
import type { Database, Route } from "@causeway/platform";
import { PolicyFeed, type FeedLimits } from "./feed.ts";
import { Connections, pointRoutes, type FeedPeople } from "./handlers.ts";
import { LocalPolicy, LocalSource } from "./local-source.ts";
import { PointRegistry, type PointLimits } from "./registry.ts";
import type { PolicySource } from "./source.ts";

/** What the feed and the registry of points are made of. */
export interface PointsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly audit: RecordAudit;
  readonly publisher: Publisher;
  readonly keys: PolicyKeys;
  readonly counting: Pick<Counting, "collect">;
  readonly people: FeedPeople;
  readonly limits: PointLimits & FeedLimits;
  readonly failed: (error: unknown) => void;
}

/** The feed, the registry, and the policy for points in this process. */
export interface Points {
  readonly routes: readonly Route[];
  /** The policy as it is now, for parts of this process that are no points. */
  readonly policy: Pick<PolicySource, "current" | "subscribe">;
  /** The policy for a point in this process, which is registered like any other. */
  source(kind: PointKind, name: string): Promise<PolicySource>;
  /** Reads the points; before the publisher starts. */
  load(): Promise<void>;
  /** Called every second. */
  tick(): Promise<void>;
  /** How many are connected. */
  connected(): number;
  /** Ends the connections and the sources. */
  close(): Promise<void>;
}

/** Builds them. */
export function createPoints(options: PointsOptions): Points {
  const { db, clock, audit, publisher, keys, limits, failed } = options;
  const connections = new Connections();
  const feed = new PolicyFeed({ publisher, keys, limits });
  const policy = new LocalPolicy(publisher, failed);
  const known = new KnownThings(publisher);
  const registry = new PointRegistry({
    ...{ db, clock, audit, limits, known, counting: options.counting },
    ended: (id) => connections.end(id),
  });
  publisher.onPublished(({ document, since }) => registry.published(document.version, since));
  const sources: PolicySource[] = [];
  return {
    policy: { current: () => policy.compiled, subscribe: (listener) => policy.subscribe(listener) },
    routes: pointRoutes({
      ...{ publisher, keys, feed, registry, limits, connections, people: options.people },
      rolled: async (by, key) => {
        const tx = db.begin();
        const facts = { key: key.replace(/^ed25519:/, "") };
        audit(tx, { act: "policy-key.rolled", by, on: "policy", at: clock.now(), facts });
        await tx.commit();
      },
    }),
    source: async (kind, name) => {
      const point = await registry.embed(kind, name);
      const source = new LocalSource({ policy, registry, point, clock, failed });
      sources.push(source);
      return source;
    },
    load: () => registry.load(),
    tick: () => registry.tick(),
    connected: () => feed.connected,
    close: async () => {
      feed.close();
      await Promise.all(sources.map((source) => source.close()));
      policy.close();
    },
  };
}

const MOST_GRANTS = 200_000;

/** What may be counted: services and departments of the policy in force, and grants that were in one of this process. */
class KnownThings {
  #services = new Set<string>();
  #departments = new Set<string>();
  #grants = new Set<string>();

  constructor(publisher: Publisher) {
    publisher.onPublished(({ document, step }) => {
      if (step === undefined || step.put.services.length > 0) {
        this.#services = new Set([...this.#services, ...document.services.map((one) => one.id)]);
      }
      if (step === undefined || step.put.machines.length > 0)
        for (const { department } of document.machines) if (department !== undefined) this.#departments.add(department);
      if (this.#grants.size > MOST_GRANTS) this.#grants.clear();
      for (const one of step?.put.grants ?? document.grants) this.#grants.add(one.id);
    });
  }

  isService(id: string): boolean {
    return this.#services.has(id);
  }

  isDepartment(id: string): boolean {
    return this.#departments.has(id);
  }

  isGrant(id: string): boolean {
    return this.#grants.has(id);
  }
}
