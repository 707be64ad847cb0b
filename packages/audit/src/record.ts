import type { AuditAct } from "@causeway/contract";
import type { Tx } from "@causeway/platform";
import type { AuditEntry } from "./entry.ts";
import { newEntryId } from "./entry-id.ts";
import { leafOf } from "./leaf.ts";
import { addEntry } from "./store-record.ts";

/** Keeps the record of a change in the change's own transaction; gives the entry's id. Its place in the log it gets after the commit. */
export type RecordAudit = <Act extends AuditAct>(tx: Tx, entry: AuditEntry<Act>) => string;

/**
 * Collects an entry into a transaction. Where the log runs use `Audit.record`, which has it numbered at once; what is recorded with this
 * is numbered by the next start.
 * @throws AuditEntryError for a fact that the act does not have.
 */
export function recordAudit<Act extends AuditAct>(tx: Pick<Tx, "add">, entry: AuditEntry<Act>): string {
  const leaf = leafOf(entry, newEntryId(entry.at));
  addEntry(tx, leaf);
  return leaf.id;
}
