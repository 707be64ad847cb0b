import type { Instant, UserId } from "@causeway/base";
import type { AuditAct, AuditFacts } from "@causeway/contract";

/** Who acts: a person, an operator's command at the machine, the server by itself, or an enforcement point. */
export type AuditActor = UserId | "operator" | "system" | `pt_${string}`;

interface EntryBase<Act extends AuditAct> {
  readonly act: Act;
  readonly by: AuditActor;
  /** What it is about: an opaque id, or a person. */
  readonly on: string;
  readonly at: Instant;
}

/**
 * What is recorded of one act, with the facts that the act has. The log itself gets ids and codes, and a salted hash of everything that
 * says who somebody is.
 */
export type AuditEntry<Act extends AuditAct> = EntryBase<Act> &
  (Record<never, never> extends AuditFacts<Act>
    ? { readonly facts?: AuditFacts<Act> }
    : { readonly facts: AuditFacts<Act> });
