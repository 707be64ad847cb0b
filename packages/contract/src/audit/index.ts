export { auditActs, factsSpecOf, type AuditAct, type AuditFacts } from "./acts.ts";
export { directoryActs } from "./acts-directory.ts";
export type { Acts, FactKind, FactKinds, FactsOf, FactsSpec } from "./fact-kinds.ts";
export { getCheckpoint, getLogKey, getTile, getWitnessedCheckpoint } from "./log.ts";
export { addCosignature, getAuditProof, listAuditEntries, listAuditOfPerson } from "./reading.ts";
