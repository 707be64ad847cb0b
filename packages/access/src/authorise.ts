import { refuse, type Decision, type UserId } from "@causeway/base";
import { actions, type Action } from "@causeway/contract";
import { decide, rules, type Attributes, type Rule } from "./rules.ts";

/** What this package reads of a caller; platform's `Caller` has it. */
export interface ActingUser {
  readonly user: UserId;
}

/** Port: the roles that a user holds now; the directory knows. */
export type AttributesOf = (user: UserId) => Attributes;

/** An action has no rule: the server must not start. */
export class MissingRuleError extends Error {
  constructor(missing: readonly string[]) {
    super(`these actions have no rule: ${missing.join(", ")}`);
    this.name = "MissingRuleError";
  }
}

/** Throws `MissingRuleError` when an action has no rule, also where the compiler was not asked. */
export function expectRules(known: Readonly<Partial<Record<string, Rule>>>, wanted: readonly string[]): void {
  const missing = wanted.filter((action) => !Object.hasOwn(known, action));
  if (missing.length > 0) throw new MissingRuleError(missing);
}

/** Fills platform's port `Authorise`. Throws at the start when an action has no rule. */
export function createAuthorise(attributesOf: AttributesOf): (caller: ActingUser, action: Action) => Decision {
  expectRules(rules, actions);
  return (caller, action) => {
    // NOTE An action from a caller that the compiler has not seen is refused, not looked up on the prototype.
    if (!Object.hasOwn(rules, action)) return refuse("action-unknown");
    return decide(action, attributesOf(caller.user));
  };
}
