import type { Database } from "@causeway/platform";
import { recordAudit, type RecordAudit } from "./record.ts";

/** What the log is made of. */
export interface AuditOptions {
  readonly db: Database;
}

/** The log of a running server. */
export interface Audit {
  /** Collects an entry into the transaction of the change that it records. */
  readonly record: RecordAudit;
}

/** Builds the log of this server. */
export function createAudit(_options: AuditOptions): Audit {
  return { record: recordAudit };
}
