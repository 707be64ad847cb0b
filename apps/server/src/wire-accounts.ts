import { decide, mayResetPassword, type Attributes } from "@causeway/access";
import type { RecordAudit } from "@causeway/audit";
import { createAccounts, defaultAccountsLimits, type Accounts } from "@causeway/accounts";
import type { ServerName, UserId } from "@causeway/base";
import { ConfigError, factsOfError, networksOf, type Config, type Database } from "@causeway/platform";
import { readFileSync } from "node:fs";
import type { Late, WireOptions } from "./wire-parts.ts";

/** Builds accounts: what ends with a session or an account ends in the same transaction. */
export function wireAccounts(
  options: WireOptions,
  parts: { readonly db: Database; readonly serverName: ServerName; readonly late: Late; readonly audit: RecordAudit },
): Accounts {
  const { config, clock, log } = options;
  const { late } = parts;
  const offices = networksOf([...config.managedNetworks, ...(options.officeNetworks ?? [])]);
  const attributesOf = (user: UserId): Attributes => ({ roles: late.directory?.rolesOf(user) ?? new Set() });
  return createAccounts({
    db: parts.db,
    clock,
    serverName: parts.serverName,
    audit: parts.audit,
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
    hasPersonalDevices: config.devicesGate === "on",
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
    may: (user, action) => decide(action, attributesOf(user)).allowed,
    mayResetPassword: (actor, person) => mayResetPassword({ actor: attributesOf(actor), person: attributesOf(person) }),
    beginning: {
      beginSession: (tx, user, begun) => late.cards?.sessionBegins(tx, user, { ...begun, at: clock.now() }),
    },
    ending: {
      endDevices: (tx, user, devices) => {
        late.push?.endDevices(tx, user, devices);
        late.keys?.removeDevices(tx, user, devices);
      },
    },
    listener: {
      sessionsEnded: (user, ended) => {
        late.hub?.sessionsEnded(user, ended);
        const sessions = ended.map((one) => one.session);
        late.cards?.sessionsEnded(user, sessions);
        late.endpoints?.sessionsEnded(user, sessions);
      },
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
