import { createPolicies, type Policies } from "@causeway/access";
import type { RecordAudit } from "@causeway/audit";
import { parseUnitId, type ServerName } from "@causeway/base";
import { normalAddress, type Directory, type DirectoryEvent } from "@causeway/directory";
import { createPoints, defaultFeedLimits, defaultPointLimits, type Points } from "@causeway/enforce";
import type { Database, Metrics } from "@causeway/platform";
import type { PolicyGrant, PolicyMachine } from "@causeway/policy";
import type { WireOptions } from "./wire-parts.ts";

/** Authorisations, as the policy has them. */
export interface GrantsPort {
  grantsInForce(): readonly PolicyGrant[];
  onGrantsChanged(listener: () => void): () => void;
}

/** The catalogue and the rules, and how they reach enforcement points. */
export interface WiredPolicy extends Pick<Policies, "services" | "publisher" | "counting"> {
  readonly routes: readonly Policies["routes"][number][];
  readonly keys: Policies["keys"];
  readonly points: Points;
  /** For the directory's listener. */
  directoryChanged(events: readonly DirectoryEvent[]): void;
  /** Publishes the first version, with authorisations from then on; after they were read. */
  start(grants: GrantsPort): Promise<void>;
  close(): Promise<void>;
}

/** What it is joined with. */
export interface PolicyWiring {
  readonly db: Database;
  readonly serverName: ServerName;
  readonly people: Directory;
  readonly audit: RecordAudit;
  readonly failed: (error: unknown) => void;
}

/** How often other processes' changes and the time are looked at. */
const TICK_MS = 1000;

/** Builds the catalogue, the rules, the publisher and the feed, and reads what is kept of them. */
export async function wirePolicy(options: WireOptions, parts: PolicyWiring): Promise<WiredPolicy> {
  const { config, clock } = options;
  const { db, people, audit, failed } = parts;
  let grants: GrantsPort | undefined;
  const policies = createPolicies({
    ...{ db, clock, audit, failed, installation: parts.serverName, directory: options.directory.path },
    people: peopleFor(options, people, parts.serverName),
    utcOffsetMinutes: config.utcOffsetMinutes,
    lifetimeMs: config.policyLifetimeMs,
    keepCountsDays: config.policyKeepCountsDays,
    machines: () => [...people.machines()].map(policyMachine),
    grants: () => grants?.grantsInForce() ?? [],
  });
  const { publisher, keys, counting } = policies;
  const points = createPoints({
    ...{ db, clock, audit, publisher, keys, counting, failed },
    people: {
      machineOfToken: (token) => people.machineOfToken(token),
      machineOfAddress: (address) =>
        people.machineOfAddress(address) ?? { id: `addr:${normalAddress(address) ?? address}` },
    },
    limits: {
      ...{ ...defaultPointLimits, ...defaultFeedLimits },
      ...{ silentMs: config.pointsSilentMs, codeMs: config.pointsCodeMs, maxConnected: config.pointsMaxConnected },
    },
  });
  await policies.load();
  await points.load();
  measure(options.metrics, points);
  let stopTicking: (() => Promise<void>) | undefined;
  return {
    ...{ publisher, keys, counting, points, services: policies.services },
    routes: [...policies.routes, ...points.routes],
    directoryChanged: (events) => {
      if (events.some(({ kind }) => kind === "machine-changed")) publisher.touch("machines");
      if (events.some(({ kind }) => kind === "department-ended")) publisher.touch("services", "rules", "machines");
    },
    start: async (port) => {
      grants = port;
      port.onGrantsChanged(() => publisher.touch("grants"));
      await publisher.start();
      stopTicking = keepTicking(async () => {
        await policies.tick();
        await points.tick();
      }, failed);
    },
    close: async () => {
      await stopTicking?.();
      await points.close();
      await publisher.settle();
    },
  };
}

function policyMachine(machine: {
  readonly id: string;
  readonly class: PolicyMachine["class"];
  readonly department: string;
  readonly addresses: readonly string[];
}): PolicyMachine {
  const { id, class: machineClass, department, addresses } = machine;
  return { id, class: machineClass, department, addresses };
}

function peopleFor(
  { config, ...options }: WireOptions,
  people: Directory,
  serverName: ServerName,
): Parameters<typeof createPolicies>[0]["people"] {
  return {
    dutiesOf: (user) => people.dutiesOf(user),
    departmentsOf: (user) => new Set(people.postsOf(user).map((post) => post.department)),
    departmentOf: (given) => {
      const unit = departmentOf(people, given);
      return unit?.ended === undefined ? unit?.id : undefined;
    },
    everDepartmentOf: (given) => departmentOf(people, given)?.id,
    successorsOf: (department) => people.successorsOf(department).map((unit) => unit.id),
    ownHosts: () => {
      const url = config.publicUrl ?? options.publicUrl;
      const host = URL.canParse(url) ? new URL(url).hostname : "";
      const name = serverName.replace(/:[0-9]+$/, "");
      return [...new Set([host, name])].filter((one) => one.includes(".") && !/^[0-9.]+$/.test(one));
    },
  };
}

/** A department by its code or its id, ended ones too. */
function departmentOf(people: Directory, given: string): ReturnType<Directory["department"]> {
  const id = parseUnitId(given);
  const unit = id === undefined ? people.department(given) : people.unit(id);
  return unit?.kind === "department" ? unit : undefined;
}

/** Does something every second, one after another; the function ends it. */
function keepTicking(tick: () => Promise<void>, failed: (error: unknown) => void): () => Promise<void> {
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= tick()
      .catch(failed)
      .finally(() => (looking = undefined));
  }, TICK_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await looking;
  };
}

function measure(metrics: Metrics, points: Points): void {
  metrics.gauge("policy_connected", "Enforcement points and others connected to the policy feed.", () =>
    points.connected(),
  );
}
