import type { Instant } from "@causeway/base";
import type { GuardSays } from "@causeway/contract";
import { done, type HeldRules } from "./browser-model.ts";
import { ask, type Obeyed } from "./rules.ts";

/** What a guard tried by itself. */
export type Proof = NonNullable<Extract<GuardSays, { type: "obeys" }>["proof"]>;

/** Looks whether the rules that the browser really has block something that the policy blocks; undefined where it blocks nothing. */
export function prove(obeyed: Obeyed, rules: HeldRules, now: Instant): Proof | undefined {
  for (const { hosts } of obeyed.document.services) {
    for (const { host } of hosts) {
      if (ask(obeyed, host, now).allowed) continue;
      const isBlocked = done(rules, `https://${host}/`)?.startsWith("to ") === true;
      return { target: host, found: isBlocked ? "blocked" : "allowed" };
    }
  }
  return undefined;
}
