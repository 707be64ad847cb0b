import { accountOperations, createAccounts, defaultAccountsLimits, type Accounts } from "@causeway/accounts";
import { keyPlaceOf, openAudit, witnessesOf, type Audit, type RecordAudit } from "@causeway/audit";
import { refuse, systemClock } from "@causeway/base";
import { directoryOperations } from "@causeway/directory";
import { createKeys, defaultKeysLimits, type Keys } from "@causeway/matrix-keys";
import { removePushersOfDevice } from "@causeway/matrix-push";
import {
  explain,
  openDatabase,
  openSigner,
  serverNameOf,
  type Config,
  type Database,
  type DataDirectory,
  type Operations,
} from "@causeway/platform";
import { allMigrations } from "./migrations.ts";

/** The parts that operators' commands need of a server that does not run. */
export interface StoppedServer extends AsyncDisposable {
  readonly operations: Operations;
}

/** Builds them on a directory that this process has locked: migrated, and with the server's key, as its own start would. */
export async function openStoppedServer(config: Config, directory: DataDirectory): Promise<StoppedServer> {
  openSigner(directory, serverNameOf(config));
  const db = await openDatabase({
    location: config.databaseUrl ?? directory.database,
    migrations: allMigrations,
  });
  const late: { keys?: Keys; accounts?: Accounts } = {};
  const audit = await openLog(config, directory, { db, accounts: () => late.accounts });
  const accounts = buildAccounts(config, { db, audit: audit.record }, late);
  late.accounts = accounts;
  late.keys = buildKeys(db, accounts);
  return {
    operations: {
      ...accountOperations(accounts),
      ...audit.operations,
      ...directoryOperations({
        db,
        clock: systemClock,
        accounts,
        audit: audit.record,
        userOf: (name) => accounts.userOf(name),
      }),
    },
    [Symbol.asyncDispose]: async () => {
      await accounts.settle();
      await audit.close();
      await db[Symbol.asyncDispose]();
    },
  };
}

/** The audit log, as the server would open it: what is done here is in it, numbered and signed. */
async function openLog(
  config: Config,
  directory: DataDirectory,
  parts: { readonly db: Database; readonly accounts: () => Accounts | undefined },
): Promise<Audit> {
  const { place, isNamed } = keyPlaceOf(config, directory);
  try {
    return await openAudit({
      ...{ db: parts.db, clock: systemClock, serverName: serverNameOf(config), place, isPlaceNamed: isNamed },
      mayMakeKey: config.auditNewKey,
      isNew: directory.isNew,
      witnesses: witnessesOf(config.auditWitnesses),
      // Nobody calls.
      mayRead: () => false,
      accounts: {
        userOf: (name) => parts.accounts()?.userOf(name),
        standingOf: async (user) => (await parts.accounts()?.standingOf(user)) ?? "none",
      },
      warn: (message) => void process.stderr.write(`causeway: ${message}\n`),
      failed: (error) => void process.stderr.write(`causeway: the audit log: ${explain(error)}\n`),
    });
  } catch (error) {
    await parts.db[Symbol.asyncDispose]();
    throw error;
  }
}

function buildAccounts(
  config: Config,
  { db, audit }: { readonly db: Database; readonly audit: RecordAudit },
  late: { readonly keys?: Keys },
): Accounts {
  return createAccounts({
    isManagedAddress: () => false,
    hasPersonalDevices: true,
    audit,
    db,
    clock: systemClock,
    serverName: serverNameOf(config),
    limits: { ...defaultAccountsLimits, minPasswordLength: config.minPasswordLength },
    registration: "closed",
    sharedSecret: undefined,
    publicUrl: config.publicUrl ?? "",
    defaultRoomVersion: config.defaultRoomVersion,
    throttled: false,
    // Nobody signs in here.
    signOn: {
      providers: [],
      secrets: new Map(),
      redirectUrls: [],
      people: () => undefined,
      failed: () => undefined,
    },
    may: () => false,
    mayResetPassword: () => refuse("role-missing"),
    ending: {
      endDevices: (tx, user, devices) => {
        for (const device of devices) removePushersOfDevice(tx, user, device);
        late.keys?.removeDevices(tx, user, devices);
      },
    },
    listener: {
      sessionsEnded: () => undefined,
      // There are no rooms here: the mark stays, and the server has them left at its next start.
      accountDeactivated: () => Promise.reject(new Error("left for the next start")),
    },
  });
}

function buildKeys(db: Database, accounts: Accounts): Keys {
  return createKeys({
    hidden: { hides: () => false },
    db,
    clock: systemClock,
    limits: defaultKeysLimits,
    devices: { devicesOf: (user) => accounts.devicesOf(user) },
    interactive: { check: () => Promise.reject(new Error("nobody calls")) },
    listener: { toDevice: () => undefined, deviceListChanged: () => undefined, keyCountsChanged: () => undefined },
    failed: () => undefined,
  });
}
