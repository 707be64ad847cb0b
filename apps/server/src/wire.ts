import { createAuthorise, decide } from "@causeway/access";
import {
  accountOperations,
  accountsMigrations,
  createAccounts,
  defaultAccountsLimits,
  type Accounts,
} from "@causeway/accounts";
import { parseRoomId, parseServerName, type Clock, type ServerName } from "@causeway/base";
import { directoryMigrations, directoryOperations, type Directory } from "@causeway/directory";
import { createKeys, defaultKeysLimits, keysMigrations, type Keys } from "@causeway/matrix-keys";
import { createMedia, defaultMediaLimits, mediaMigrations } from "@causeway/matrix-media";
import { pushMigrations, type Push } from "@causeway/matrix-push";
import { createRooms, defaultRoomsLimits, roomsMigrations, type AllRooms } from "@causeway/matrix-rooms";
import { createSync, defaultSyncLimits, Hub } from "@causeway/matrix-sync";
import {
  ConfigError,
  createHttp,
  factsOfError,
  openDatabase,
  networksOf,
  openSigner,
  type Caller,
  type Config,
  type DataDirectory,
  type Database,
  type HttpServer,
  type Log,
  type Metrics,
  type MigrationSet,
  type Operations,
  type Route,
  type ServerSigner,
  type Site,
} from "@causeway/platform";
import { readFileSync } from "node:fs";
import { administrationRoutes } from "./administration.ts";
import { healthRoutes } from "./health.ts";
import { withOpenApi } from "./openapi.ts";
import { isHeadOf, keepTicking, namesOf, wireDirectory } from "./wire-directory.ts";
import { wirePush } from "./wire-push.ts";

/** The tables of every package of this server. */
export const allMigrations: readonly MigrationSet[] = [
  accountsMigrations,
  directoryMigrations,
  roomsMigrations,
  keysMigrations,
  mediaMigrations,
  pushMigrations,
];

/** What a server is built from. */
export interface WireOptions {
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Where clients reach the server when the configuration does not say; read when it is needed, because a port may be found late. */
  readonly publicUrl: string;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** The web client, when it was built. */
  readonly site?: Site | undefined;
  /** Networks of managed devices beside the configured ones: with sample data, the machine itself. */
  readonly officeNetworks?: readonly string[];
}

/** A built server; it listens when told to. */
export interface Server {
  readonly http: HttpServer;
  readonly db: Database;
  readonly accounts: Accounts;
  readonly directory: Directory;
  readonly rooms: AllRooms;
  /** What operators may have it do while it runs. */
  readonly operations: Operations;
  close(): Promise<void>;
}

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
  const accounts = wireAccounts(options, { db, serverName, late });
  const people = wireDirectory({
    ...{ config, db, clock, accounts, failed },
    rooms: () => known(late.rooms),
    listener: { changed: () => undefined },
  });
  await people.load();
  Object.assign(late, { accounts, directory: people });
  const rooms = wireRooms(options, { db, signer, accounts, people, late, failed });
  const hub = new Hub({ stream: db.stream, clock, rooms, forgetAfterMs: defaultSyncLimits.forgetAfterMs });
  const keys = wireKeys(options, { db, accounts, rooms, hub, failed });
  Object.assign(late, { keys, rooms, hub });
  const publicUrl = (): string => config.publicUrl ?? options.publicUrl;
  const { push, routes: pushRoutes } = await wirePush({
    ...{ config, db, clock, directory, rooms, publicUrl, failed },
    undelivered: (error) => log.warn("news could not be pushed", factsOfError(error)),
  });
  late.push = push;
  const media = await createMedia({
    db,
    clock,
    server: serverName,
    directory: directory.media,
    limits: { ...defaultMediaLimits, maxBytes: config.maxUploadBytes },
  });
  const sync = wireSync(options, { db, rooms, keys, hub });
  const expiry = setInterval(() => void Promise.all([media.expire(), keys.expire()]).catch(failed), 60_000);
  expiry.unref();
  measure(options.metrics, { db, hub, rooms });
  await rooms.load((user, room, pos) => hub.roomChangedFor(user, room, pos));
  const routes = rooms.gated([
    ...accounts.routes,
    ...people.routes,
    ...rooms.routes,
    ...keys.routes,
    ...media.routes,
    ...sync.routes,
    ...pushRoutes,
  ]);
  const http = wireHttp(options, { db, accounts, people, rooms, routes });
  await accounts.resume();
  void people.resume();
  const stopTicking = keepTicking(people, failed);
  return {
    http,
    db,
    accounts,
    directory: people,
    rooms,
    operations: {
      ...accountOperations(accounts),
      ...directoryOperations({ db, clock, accounts, userOf: (name) => accounts.userOf(name) }),
    },
    close: async () => {
      clearInterval(expiry);
      sync.close();
      await http.close();
      await accounts.settle();
      await stopTicking();
      await rooms.close();
      await push.close();
      await db[Symbol.asyncDispose]();
    },
  };
}

function wireHttp(
  options: WireOptions,
  parts: {
    readonly db: Database;
    readonly accounts: Accounts;
    readonly people: Directory;
    readonly rooms: AllRooms;
    readonly routes: readonly Route[];
  },
): HttpServer {
  const { config, clock, log } = options;
  const space = { directory: options.directory.path, minFreeBytes: config.minFreeBytes };
  return createHttp({
    config: httpConfig(options),
    clock,
    authenticate: (token) => parts.accounts.authenticate(token),
    authorise: createAuthorise((user) => ({ roles: parts.people.rolesOf(user) })),
    observer: {
      finished: (request) => options.metrics.request(request),
      failed: ({ route, requestId, error }) =>
        log.error("a request met a surprise", { route, requestId, ...factsOfError(error) }),
    },
    site: options.site,
    routes: withOpenApi([
      ...parts.routes,
      ...healthRoutes(parts.db, space),
      ...administrationRoutes({
        ...{ db: parts.db, rooms: parts.rooms, space, startedAt: clock.now() },
        rolesOf: (user) => parts.people.rolesOf(user),
      }),
    ]),
  });
}

/** A part that must be there by now. */
function known<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error("a part of the server was used before it was built");
  return part;
}

/** Parts that others need before they can be built; they are there before the first request is. */
interface Late {
  accounts?: Accounts;
  directory?: Directory;
  keys?: Keys;
  rooms?: AllRooms;
  hub?: Hub;
  push?: Push;
}

function wireAccounts(
  options: WireOptions,
  parts: { readonly db: Database; readonly serverName: ServerName; readonly late: Late },
): Accounts {
  const { config, clock, log } = options;
  const { late } = parts;
  const offices = networksOf([...config.managedNetworks, ...(options.officeNetworks ?? [])]);
  return createAccounts({
    db: parts.db,
    clock,
    serverName: parts.serverName,
    limits: {
      ...defaultAccountsLimits,
      minPasswordLength: config.minPasswordLength,
      accessTokenMs: config.accessTokenMs,
      maxSessions: config.maxSessions,
      maxPasskeys: config.maxPasskeys,
      wrongPasswords: config.wrongPasswords,
      wrongPasswordsPerMs: config.wrongPasswordsPerMs,
    },
    registration: config.registration,
    sharedSecret: config.registrationSharedSecret,
    get publicUrl() {
      return config.publicUrl ?? options.publicUrl;
    },
    defaultRoomVersion: config.defaultRoomVersion,
    capabilities: {
      "org.matrix.msc4140.delayed_events": { max_delay_ms: config.maxDelayMs, max_scheduled: config.maxDelayed },
    },
    throttled: config.rateLimits === "on",
    isManagedAddress: (ip) => offices.has(ip),
    signOn: {
      providers: config.oidcProviders,
      secrets: providerSecrets(config),
      redirectUrls: config.ssoRedirectUrls,
      // A claim names somebody by their localpart or whole id, and only people of the directory.
      people: (claim) => {
        const user = late.accounts?.userOf(claim);
        return user !== undefined && late.directory?.entryOf(user) !== undefined ? user : undefined;
      },
      failed: (error) => log.warn("a sign-in provider's answer was refused", factsOfError(error)),
    },
    may: (user, action) => decide(action, { roles: late.directory?.rolesOf(user) ?? new Set() }).allowed,
    ending: {
      endDevices: (tx, user, devices) => {
        late.push?.endDevices(tx, user, devices);
        late.keys?.removeDevices(tx, user, devices);
      },
    },
    listener: {
      sessionsEnded: (user, ended) => late.hub?.sessionsEnded(user, ended),
      accountLocked: (user, isLocked) => late.hub?.accountLocked(user, isLocked),
      accountDeactivated: async (user) => {
        await late.directory?.accountEnded(user);
        // Rooms of a post go to whoever has it now before the last one leaves.
        await late.directory?.settle();
        // Those who share a room hear that the keys are gone, so first the keys, then the rooms.
        await late.keys?.removeUser(user);
        await late.rooms?.leaveAll(user);
      },
      accountNamed: async (user, name) => {
        await late.rooms?.profiles.set(user, "displayname", name);
      },
    },
  });
}

/** The secrets of the sign-in providers, each from its file. */
function providerSecrets(config: Config): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>();
  for (const { id, clientSecretFile } of config.oidcProviders) {
    if (clientSecretFile === undefined) continue;
    try {
      secrets.set(id, readFileSync(clientSecretFile, "utf8").trim());
    } catch {
      throw new ConfigError([`oidc.providers: the clientSecretFile of \`${id}\` cannot be read`]);
    }
  }
  return secrets;
}

function wireRooms(
  options: WireOptions,
  parts: {
    readonly db: Database;
    readonly signer: ServerSigner;
    readonly accounts: Accounts;
    readonly people: Directory;
    readonly late: Late;
    readonly failed: (error: unknown) => void;
  },
): AllRooms {
  const { config, clock } = options;
  const { late } = parts;
  return createRooms(
    {
      db: parts.db,
      clock,
      signer: parts.signer,
      limits: {
        ...defaultRoomsLimits,
        maxLoadedRooms: config.maxLoadedRooms,
        tailEvents: config.tailEvents,
        maxDelayMs: config.maxDelayMs,
        maxDelayed: config.maxDelayed,
        gatesPersonalDevices: config.devicesGate === "on",
        defaultRoomVersion: config.defaultRoomVersion,
      },
      users: { isActive: (user) => parts.accounts.isActive(user) },
      names: namesOf(parts.people),
      isHeadOf: (head, person) => isHeadOf(parts.people, head, person),
      listener: {
        appended: (events) => {
          late.hub?.appended(events);
          late.push?.appended(events);
        },
      },
      failed: parts.failed,
    },
    {
      accountDataChanged: (user, change) => late.hub?.accountDataChanged(user, change),
      receiptChanged: ({ room, user, kind, pos }) => {
        late.hub?.roomChangedFor(user, room, pos);
        if (kind === "public") late.hub?.roomChanged(room, pos);
      },
      typingChanged: (room) => late.hub?.liveChanged(room),
      presenceChanged: (user) => late.hub?.presenceChanged(user),
    },
  );
}

function wireKeys(
  options: WireOptions,
  parts: {
    readonly db: Database;
    readonly accounts: Accounts;
    readonly rooms: AllRooms;
    readonly hub: Hub;
    readonly failed: (error: unknown) => void;
  },
): Keys {
  const { accounts, rooms, hub } = parts;
  return createKeys({
    db: parts.db,
    clock: options.clock,
    limits: defaultKeysLimits,
    devices: { devicesOf: (user) => accounts.devicesOf(user) },
    interactive: { check: (caller, operation, given) => accounts.check(caller, operation, given.auth, given.ip) },
    hidden: { hides: (caller, roomId) => hides(rooms, caller, roomId) },
    listener: {
      toDevice: (user, device, pos, text) => hub.toDevice(user, device, pos, text),
      deviceListChanged: (change, pos) => hub.deviceListChanged(change, pos),
      keyCountsChanged: (user, device) => hub.keyCountsChanged(user, device),
    },
    failed: parts.failed,
  });
}

/** Whether a device may see nothing of a room. */
async function hides(rooms: AllRooms, caller: Caller, roomId: string): Promise<boolean> {
  const id = caller.managed ? undefined : parseRoomId(roomId);
  const room = id === undefined ? undefined : await rooms.room(id);
  return room !== undefined && rooms.gate.hides(caller, room);
}

function httpConfig({ config, tls }: WireOptions): Parameters<typeof createHttp>[0]["config"] {
  const budgets = {
    login: config.rateLogin,
    register: config.rateRegister,
    write: config.rateWrite,
    send: config.rateSend,
    read: config.rateRead,
    sync: config.rateSync,
    media: config.rateMedia,
  };
  return {
    maxBodyBytes: config.maxBodyBytes,
    maxJsonDepth: config.maxJsonDepth,
    maxQueryBytes: config.maxUrlBytes,
    trustedProxies: config.trustedProxies,
    legacyClients: config.legacyClients,
    rateBudgets: config.rateLimits === "on" ? budgets : undefined,
    headersTimeoutMs: config.headersTimeoutMs,
    requestTimeoutMs: config.requestTimeoutMs,
    closeTimeoutMs: config.closeTimeoutMs,
    ...(tls === undefined ? {} : { tls }),
  };
}

function wireSync(
  { config, clock }: WireOptions,
  parts: { readonly db: Database; readonly rooms: AllRooms; readonly keys: Keys; readonly hub: Hub },
): ReturnType<typeof createSync> {
  const { rooms, keys } = parts;
  return createSync(
    {
      stream: parts.db.stream,
      clock,
      limits: {
        ...defaultSyncLimits,
        defaultTimeline: config.defaultTimeline,
        maxTimeline: config.maxTimeline,
        maxWaitMs: config.maxSyncWaitMs,
      },
      rooms,
      keys,
      userData: rooms.userData,
      receipts: rooms.receipts,
      live: rooms.live,
      gate: rooms.gate,
    },
    parts.hub,
  );
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
