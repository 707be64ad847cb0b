export { mayAnnounceTo, type AnnouncingDuty } from "./announcing.ts";
export { createAuthorise, expectRules, MissingRuleError, type ActingUser, type AttributesOf } from "./authorise.ts";
export type { Access, AccessOptions, AdviceWish, DecisionWish } from "./requests/access.ts";
export { createAccess } from "./requests/create-access.ts";
export type { AccessEvent, AccessHappening, AccessListener, WarningLeft } from "./requests/events.ts";
export { createMachineHints, type MachineHints } from "./requests/hints.ts";
export { defaultAccessLimits, type AccessLimits, type EscalationTarget, type RiskRules } from "./requests/limits.ts";
export { accessMigrations } from "./requests/migrations/index.ts";
export type { GrantUse, Services, StepUp, UsageCounts, VerifyMachineHint } from "./requests/ports.ts";
export type {
  AccessRequest,
  Advice,
  ApproverAs,
  Asked,
  Decided,
  DecidedVia,
  EndCause,
  Grant,
  Risk,
  Step,
  Terms,
} from "./requests/types.ts";
export { policyMigrations } from "./editions/migrations/index.ts";
export type { DutyHeld, EditionPeople } from "./editions/rights.ts";
export { createPolicies, type Policies, type PoliciesOptions } from "./policies/create-policies.ts";
export type { Counting } from "./policies/counting.ts";
export type { CountRow } from "./policies/counts.ts";
export { shippedPolicy } from "./policies/shipped-policy.ts";
export { PolicyKeys, type PolicyVerifyKey } from "./publisher/keys.ts";
export { Publisher, type Published, type PublisherParts, type PolicySources } from "./publisher/publisher.ts";
export { mayGrantRole, mayResetPassword, mayTakeRole, type RoleChange, type RoleRefusal } from "./roles.ts";
export { decide, rules, type Attributes, type Rule } from "./rules.ts";
