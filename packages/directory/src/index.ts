export { normalAddress } from "./addresses.ts";
export { createDirectory, type Directory } from "./create-directory.ts";
export type { DirectoryOptions } from "./core.ts";
export { delegationCovers, type Duty, type Holding } from "./duties.ts";
export type { DirectoryEvent } from "./events.ts";
export { defaultDirectoryLimits, type DirectoryLimits } from "./limits.ts";
export { directoryMigrations } from "./migrations/index.ts";
export { directoryOperations } from "./operations.ts";
export { grantRole, type OperatorGrant, type OperatorParts } from "./operators.ts";
export { PeopleIndex, type PeopleSearch } from "./people-index.ts";
export type { Label } from "./people-index-labels.ts";
export { LabelIndex, type Found, type LabelSearch } from "./people-index-search.ts";
export type { LabelKind } from "./people-index-text.ts";
export type { SearchBy } from "./people-live.ts";
export { displayNameOf, type BothNames, type EntryPost, type EntryUnit, type PersonEntry } from "./person-entry.ts";
export type {
  DirectoryAccounts,
  DirectoryListener,
  EndedRights,
  PostRooms,
  RecordAudit,
  RightsEnding,
  RoleChange,
  Rules,
} from "./ports.ts";
export type { DirectoryQuestions } from "./questions.ts";
export type { Appointment, Delegation, Machine, Post, Unit } from "./types.ts";
