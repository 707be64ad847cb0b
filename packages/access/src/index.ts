export { createAuthorise, expectRules, MissingRuleError, type ActingUser, type AttributesOf } from "./authorise.ts";
export { mayGrantRole, mayTakeRole, type RoleChange, type RoleRefusal } from "./roles.ts";
export { decide, rules, type Attributes, type Rule } from "./rules.ts";
