import { decide } from "@causeway/access";
import { keyPlaceOf, openAudit, witnessesOf, type Audit } from "@causeway/audit";
import type { ServerName } from "@causeway/base";
import { ConfigError, type Config, type Database } from "@causeway/platform";
import { known, type Late, type WireOptions } from "./wire-parts.ts";

/** What the log is joined with. */
export interface AuditParts {
  readonly db: Database;
  readonly serverName: ServerName;
  readonly late: Late;
  readonly failed: (error: unknown) => void;
}

/** Opens the audit log. What a start is refused for leaves no database open. */
export async function wireAudit(options: WireOptions, parts: AuditParts): Promise<Audit> {
  const { config, clock, directory, log } = options;
  const { db, serverName, late, failed } = parts;
  const { place, isNamed } = keyPlaceOf(config, directory);
  try {
    return await openAudit({
      ...{ db, clock, serverName, failed },
      place,
      isPlaceNamed: isNamed,
      mayMakeKey: config.auditNewKey,
      isNew: directory.isNew,
      witnesses: witnesses(config),
      mayRead: (user) => decide("audit.read", { roles: known(late.directory).rolesOf(user) }).allowed,
      accounts: {
        userOf: (name) => known(late.accounts).userOf(name),
        standingOf: (user) => known(late.accounts).standingOf(user),
      },
      warn: (message) => log.warn(message),
      mayLookAt: (wish) => known(late.access).lookAt(wish),
      mayProve: (wish) => known(late.access).partyTo(wish),
    });
  } catch (error) {
    await db[Symbol.asyncDispose]();
    throw error;
  }
}

function witnesses({ auditWitnesses }: Config): ReturnType<typeof witnessesOf> {
  try {
    return witnessesOf(auditWitnesses);
  } catch (error) {
    throw new ConfigError([error instanceof Error ? error.message : "audit.witnesses: not valid"]);
  }
}
