import type { ServerName } from "@causeway/base";
import type { Database } from "@causeway/platform";
import { randomBytes } from "node:crypto";
import { DbTree } from "./db-tree.ts";
import { AuditLogError, type KeyPlace } from "./key-place.ts";
import type { AuditLimits } from "./limits.ts";
import { rootAt } from "./merkle/tree.ts";
import type { NoteSigner } from "./note/keys.ts";
import { treeRow } from "./store.ts";

/** What a start of the log is decided by. */
export interface BeginParts {
  readonly db: Database;
  readonly place: KeyPlace;
  readonly serverName: ServerName;
  readonly limits: AuditLimits;
  /** Whether the operator has said where the key is: then it must be there. */
  readonly isPlaceNamed: boolean;
  /** Whether a log that has entries may go on under a new key all the same. */
  readonly mayMakeKey: boolean;
  /** Whether the data directory is a new one. */
  readonly isNew: boolean;
  /** Told of what an operator should know. */
  readonly warn: (message: string) => void;
}

/** The key that the log goes on with. */
export interface Begun {
  readonly signer: NoteSigner;
  /** Set when a log that has entries goes on under a new key. */
  readonly isNewKeyAt: number | undefined;
}

/**
 * Finds or makes the log's key, and refuses a log that is not the one that it last signed: one that is shorter than the checkpoint kept
 * beside the key, or another one.
 * @throws AuditLogError
 */
export async function beginLog(parts: BeginParts): Promise<Begun> {
  const { db, place, isPlaceNamed, mayMakeKey, isNew, warn } = parts;
  const { size } = await treeRow(db);
  if (!isPlaceNamed && isNew && size === 0 && place.present() !== undefined) {
    place.retire();
    warn("the data directory is new: the key of the audit log that was kept beside the one before is retired");
  }
  await expectSameLog(parts, size);
  const known = place.signer();
  if (known !== undefined) return { signer: known, isNewKeyAt: undefined };
  if (isPlaceNamed && !mayMakeKey && size > 0)
    throw new AuditLogError(
      `the key of the audit log is not in ${place.path} (audit.keyDirectory), and the log has ${size} entries: put it there, or set audit.newKey (CAUSEWAY_AUDIT_NEW_KEY=true) for one start when it is lost`,
    );
  const isFirst = size === 0 && place.verifiers().length === 0;
  if (!isFirst) place.retire();
  const signer = place.make(`${parts.serverName}/tlog${isFirst ? "" : `/${randomBytes(3).toString("hex")}`}`);
  if (size > 0) warn("the audit log goes on under a new key, because the one before is not there");
  return { signer, isNewKeyAt: size > 0 ? size : undefined };
}

/** Compares the log with the checkpoint that was kept beside the key. */
async function expectSameLog({ db, place, limits }: BeginParts, size: number): Promise<void> {
  const kept = place.checkpoint();
  if (kept === undefined) return;
  if (kept.size > size)
    throw new AuditLogError(
      `the audit log has ${size} entries, and ${place.path}/checkpoint says that it had ${kept.size}: entries are missing, or this is an older copy of the data. Put the right data back; after a restore of a backup run \`causeway restore\`, which says so in the log`,
    );
  if ((await rootAt(new DbTree(db, limits.maxTilesInMemory), kept.size)) !== kept.root)
    throw new AuditLogError(
      `the audit log is not the one that ${place.path}/checkpoint speaks of: entries were changed, or it is another server's. Run \`causeway verify-audit\``,
    );
}
