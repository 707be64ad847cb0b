import { allow, refuse, type Decision } from "@causeway/base";
import type { Action } from "@causeway/contract";
import { departmentAnnouncers, governmentAnnouncers } from "./announcing.ts";

/** What rules look at in a caller: handed in, so that this package knows no people, posts or rooms. */
export interface Attributes {
  readonly roles: ReadonlySet<string>;
}

/** A rule: pure. */
export type Rule = (caller: Attributes) => Decision;

const everybody: Rule = () => allow;

function only(...roles: readonly string[]): Rule {
  return (caller) => (roles.some((role) => caller.roles.has(role)) ? allow : refuse("role-missing"));
}

/** Who sees what is blocked where, and whether it is obeyed. */
const WATCH_POLICY = [
  "dpo",
  "head",
  "ditso",
  "dso",
  "security-administrator",
  "system-administrator",
  "auditor",
] as const;
/** Those who announce to their own department, and who announces to all (announcing.ts). */
const announcers = [...departmentAnnouncers, ...governmentAnnouncers];

/** A rule for every action: leaving one out does not compile. */
export const rules: Readonly<Record<Action, Rule>> = {
  "matrix.use": everybody,
  "directory.read": everybody,
  "directory.write": only("system-administrator"),
  "directory.roles": only("system-administrator", "security-administrator"),
  "roles.read": only("system-administrator", "security-administrator", "auditor"),
  "directory.delegate": only("head", "security-administrator"),
  "machines.write": only("system-administrator"),
  "machines.classify": only("security-administrator"),
  "machines.read": only("security-administrator", "system-administrator", "ditso", "dso", "auditor"),
  "accounts.write": only("system-administrator"),
  "accounts.hold": only("system-administrator", "security-administrator"),
  "accounts.read": only("system-administrator", "security-administrator", "auditor"),
  "devices.manage": only("security-administrator"),
  // NOTE Somebody who is in no directory has no post to ask in; administrators without one still revoke and read what they may.
  "enforcement.files": only("system-administrator", "security-administrator"),
  "access.use": only("officer", "security-administrator", "auditor", "dpo"),
  "access.advise": only("ditso"),
  "access.register": only("auditor", "dpo", "head", "delegate", "ditso", "dso"),
  "access.review": only("head", "delegate", "ditso"),
  "access.look": only("auditor", "head", "ditso", "dso"),
  "audit.read": only("auditor", "security-administrator"),
  "audit.prove": only("officer", "security-administrator", "auditor", "dpo"),
  "catalogue.read": everybody,
  "catalogue.write": only("dpo", "head", "ditso"),
  "policy.read": only(...WATCH_POLICY),
  "policy.write": only("dpo", "security-administrator", "head", "ditso"),
  "points.read": only(...WATCH_POLICY),
  "points.manage": only("security-administrator"),
  "announcements.post": only(...announcers),
  "custody.manage": only("head", "security-administrator"),
};

/** Applies the rule of an action. */
export function decide(action: Action, caller: Attributes): Decision {
  return rules[action](caller);
}
