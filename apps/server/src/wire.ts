import { accessMigrations, type Access } from "@causeway/access";
import { accountOperations, accountsMigrations, type Accounts } from "@causeway/accounts";
import { policyMigrations } from "@causeway/access";
import { auditMigrations, type Audit } from "@causeway/audit";
import { cardsMigrations, type Cards } from "@causeway/cards";
import { parseServerName } from "@causeway/base";
import { directoryMigrations, directoryOperations, type Directory, type DirectoryEvent } from "@causeway/directory";
import { pointsMigrations } from "@causeway/enforce";
import { keysMigrations } from "@causeway/matrix-keys";
import { mediaMigrations } from "@causeway/matrix-media";
import { pushMigrations } from "@causeway/matrix-push";
import { roomsMigrations, type AllRooms } from "@causeway/matrix-rooms";
import { defaultSyncLimits, Hub } from "@causeway/matrix-sync";
import {
  factsOfError,
  openDatabase,
  openSigner,
  type Database,
  type HttpServer,
  type Metrics,
  type MigrationSet,
  type Operations,
} from "@causeway/platform";
import { endingOf, keepAccessTicking, wireAccess } from "./wire-access.ts";
import { wireAccounts } from "./wire-accounts.ts";
import { wireCards } from "./wire-cards.ts";
import { wireAudit } from "./wire-audit.ts";
import { keepTicking, wireDirectory } from "./wire-directory.ts";
import { wireEndpoints } from "./wire-endpoints.ts";
import { wireEnforce, type WiredEnforce } from "./wire-enforce.ts";
import { wireHttp } from "./wire-http.ts";
import { wireKeys, wireMedia, wireRooms, wireSync } from "./wire-matrix.ts";
import { known, type Late, type WireOptions } from "./wire-parts.ts";
import { wirePolicy, type WiredPolicy } from "./wire-policy.ts";
import { wirePush } from "./wire-push.ts";

/** The tables of every package of this server. */
export const allMigrations: readonly MigrationSet[] = [
  auditMigrations,
  accountsMigrations,
  directoryMigrations,
  roomsMigrations,
  keysMigrations,
  mediaMigrations,
  pushMigrations,
  policyMigrations,
  pointsMigrations,
  cardsMigrations,
  accessMigrations,
];

/** A built server; it listens when told to. */
export interface Server {
  readonly http: HttpServer;
  readonly db: Database;
  readonly accounts: Accounts;
  readonly directory: Directory;
  readonly rooms: AllRooms;
  readonly policy: WiredPolicy;
  readonly enforce: WiredEnforce;
  readonly cards: Cards;
  readonly audit: Audit;
  readonly access: Access;
  /** What operators may have it do while it runs. */
  readonly operations: Operations;
  close(): Promise<void>;
}

/** What in the directory changes who decides and who advises. */
const CHANGES_DUTIES: ReadonlySet<DirectoryEvent["kind"]> = new Set([
  "appointed",
  "holder-left",
  "role-given",
  "role-ended",
  "delegated",
  "delegation-ended",
  "department-ended",
]);

/** Builds every part of the server and joins them. The only place where they know of each other. */
export async function wire(options: WireOptions): Promise<Server> {
  const { config, directory, clock, log } = options;
  const serverName = parseServerName(config.serverName);
  if (serverName === undefined) throw new Error("the server's name is not valid");
  const signer = openSigner(directory, serverName);
  const db = await openDatabase({
    location: config.databaseUrl ?? directory.database,
    migrations: allMigrations,
    signingKey: signer.privateKey,
  });
  const failed = (error: unknown): void => log.error("work after an answer failed", factsOfError(error));
  const late: Late = {};
  const audit = await wireAudit(options, { db, serverName, late, failed });
  const accounts = wireAccounts(options, { db, serverName, late, audit: audit.record });
  const people = wireDirectory({
    ...{ config, db, clock, accounts, failed },
    audit: audit.record,
    rooms: () => known(late.rooms),
    listener: {
      changed: (events) => {
        late.policy?.directoryChanged(events);
        late.access?.directoryChanged(events);
        if (events.some(({ kind }) => CHANGES_DUTIES.has(kind))) late.cards?.dutiesChanged();
      },
    },
    ending: endingOf(late),
  });
  await people.load();
  const policy = await wirePolicy(options, { db, serverName, people, audit: audit.record, failed });
  const { access, hints } = wireAccess(options, { db, signer, accounts, people, audit, policy, failed });
  await access.load();
  Object.assign(late, { accounts, directory: people, policy, access });
  const rooms = wireRooms(options, { db, signer, accounts, people, audit: audit.record, late, failed });
  const hub = new Hub({ stream: db.stream, clock, rooms, forgetAfterMs: defaultSyncLimits.forgetAfterMs });
  const keys = wireKeys(options, { db, accounts, rooms, hub, failed });
  Object.assign(late, { keys, rooms, hub });
  const publicUrl = (): string => config.publicUrl ?? options.publicUrl;
  const { push, routes: pushRoutes } = await wirePush({
    ...{ config, db, clock, directory, rooms, publicUrl, failed },
    undelivered: (error) => log.warn("news could not be pushed", factsOfError(error)),
  });
  late.push = push;
  const cards = wireCards(options, { db, serverName, accounts, people, rooms, access, audit: audit.record, failed });
  late.cards = cards;
  const media = await wireMedia(options, { db, serverName });
  const sync = wireSync(options, { db, rooms, keys, hub });
  const expiry = setInterval(() => void Promise.all([media.expire(), keys.expire()]).catch(failed), 60_000);
  expiry.unref();
  measure(options.metrics, { db, hub, rooms });
  await rooms.load((user, room, pos) => hub.roomChangedFor(user, room, pos));
  const endpoints = wireEndpoints(options, { serverName, accounts, people, policy, failed });
  late.endpoints = endpoints;
  const enforce = wireEnforce(options, { people, publicUrl, failed, hints, points: policy.points });
  const served = [accounts, people, rooms, keys, media, sync, cards, audit, policy, access, endpoints, enforce];
  const routes = rooms.gated([...served.flatMap((part) => part.routes), ...pushRoutes]);
  const http = wireHttp(options, { db, accounts, people, rooms, routes, sockets: endpoints.sockets });
  await policy.start(access);
  await accounts.resume();
  await cards.resume();
  void people.resume();
  const stops = [keepAccessTicking(access, failed), keepTicking(people, failed)];
  const stopTicking = async (): Promise<void> => void (await Promise.all(stops.map((stop) => stop())));
  return {
    ...{ http, db, accounts, rooms, cards, audit, policy, access, enforce },
    directory: people,
    operations: {
      ...accountOperations(accounts),
      ...audit.operations,
      ...directoryOperations({ db, clock, accounts, audit: audit.record, userOf: (name) => accounts.userOf(name) }),
    },
    close: closing({
      ...{ expiry, sync, endpoints, enforce, policy, http, accounts },
      ...{ stopTicking, cards, rooms, push, audit, db },
    }),
  };
}

/** Ends everything: first what takes requests, last what they are kept in. */
function closing(parts: {
  readonly expiry: NodeJS.Timeout;
  readonly sync: { close(): void };
  readonly endpoints: { close(): void };
  readonly enforce: WiredEnforce;
  readonly policy: WiredPolicy;
  readonly http: HttpServer;
  readonly accounts: Accounts;
  readonly stopTicking: () => Promise<void>;
  readonly cards: Cards;
  readonly rooms: AllRooms;
  readonly push: { close(): Promise<void> };
  readonly audit: Audit;
  readonly db: Database;
}): () => Promise<void> {
  return async () => {
    clearInterval(parts.expiry);
    parts.sync.close();
    parts.endpoints.close();
    await parts.enforce.close();
    await parts.policy.close();
    await parts.http.close();
    await parts.accounts.settle();
    await parts.stopTicking();
    await parts.cards.close();
    await parts.rooms.close();
    await parts.push.close();
    await parts.audit.close();
    await parts.db[Symbol.asyncDispose]();
  };
}

function measure(
  metrics: Metrics,
  parts: { readonly db: Database; readonly hub: Hub; readonly rooms: AllRooms },
): void {
  metrics.gauge("db_commits", "Transactions committed since the start.", () => parts.db.stats().commits);
  metrics.gauge("db_batches", "Commits to disk since the start.", () => parts.db.stats().batches);
  metrics.gauge("db_waiting", "Transactions that wait.", () => parts.db.stats().waiting);
  metrics.gauge("search_behind", "Positions that the search index has yet to take in.", () =>
    parts.rooms.searchBehind(),
  );
  metrics.gauge("sync_waiting", "Syncs that wait.", () => parts.hub.stats().waiting);
  metrics.gauge("sync_people", "People who sync.", () => parts.hub.stats().people);
}
