export { directoryMigrations } from "./migrations/index.ts";
export { grantRole, type OperatorGrant, type OperatorParts } from "./operators.ts";
export { displayNameOf, type BothNames, type EntryPost, type EntryUnit, type PersonEntry } from "./person-entry.ts";
