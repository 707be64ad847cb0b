import { accessActs } from "./acts-access.ts";
import { accountActs } from "./acts-accounts.ts";
import { cardActs } from "./acts-cards.ts";
import { directoryActs } from "./acts-directory.ts";
import { logActs } from "./acts-log.ts";
import { policyActs } from "./acts-policy.ts";
import { roomActs } from "./acts-rooms.ts";
import type { FactsOf, FactsSpec } from "./fact-kinds.ts";

/**
 * Everything that can be recorded. A package that records something new adds it to its own list: the code is for good (entries keep
 * it), facts may be added, those that are there keep their kind.
 */
export const auditActs = {
  ...logActs,
  ...accountActs,
  ...directoryActs,
  ...accessActs,
  ...policyActs,
  ...cardActs,
  ...roomActs,
} as const;

/** The code of something that can be recorded. */
export type AuditAct = keyof typeof auditActs;

/** The facts of an act. */
export type AuditFacts<Act extends AuditAct> = FactsOf<(typeof auditActs)[Act]>;

/** The facts that an act has by name, or undefined for a code that is none. */
export function factsSpecOf(act: string): FactsSpec | undefined {
  return Object.hasOwn(auditActs, act) ? (auditActs as Readonly<Record<string, FactsSpec>>)[act] : undefined;
}
