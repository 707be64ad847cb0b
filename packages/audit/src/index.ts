export type { AuditActor, AuditEntry } from "./entry.ts";
export { createAudit, type Audit, type AuditOptions } from "./create-audit.ts";
export { AuditEntryError } from "./leaf.ts";
export { auditMigrations } from "./migrations/index.ts";
export { recordAudit, type RecordAudit } from "./record.ts";
