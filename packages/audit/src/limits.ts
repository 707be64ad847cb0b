/** Sizes and times of the log. */
export interface AuditLimits {
  /** How long entries gather before they are numbered together and a checkpoint is signed: well under a second. */
  readonly gatherMs: number;
  /** How often entries of other processes are looked for. */
  readonly lookMs: number;
  /** Entries that are numbered in one transaction. */
  readonly maxBatch: number;
  /** Entries of one thing in one proof. */
  readonly maxProved: number;
  /** Tiles that are kept in memory. */
  readonly maxTilesInMemory: number;
}

/** What is used unless something else is said. */
export const defaultAuditLimits: AuditLimits = {
  gatherMs: 100,
  lookMs: 1000,
  maxBatch: 2000,
  maxProved: 1000,
  maxTilesInMemory: 512,
};
