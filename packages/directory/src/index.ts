export { directoryMigrations } from "./migrations/index.ts";
export { grantRole, type OperatorGrant, type OperatorParts } from "./operators.ts";
export { PeopleIndex, type PeopleSearch } from "./people-index.ts";
export type { Label } from "./people-index-labels.ts";
export { LabelIndex, type Found, type LabelSearch } from "./people-index-search.ts";
export type { LabelKind } from "./people-index-text.ts";
export { displayNameOf, type BothNames, type EntryPost, type EntryUnit, type PersonEntry } from "./person-entry.ts";
