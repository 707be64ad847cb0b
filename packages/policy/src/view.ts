import type { Instant } from "@causeway/base";
import type { PolicyHead } from "./compile.ts";
import type { PolicyDocument, PolicyGrant } from "./document.ts";
import type { MachineSeen } from "./question.ts";

/** Whom a point serves that serves one machine only, such as a browser. */
export interface PolicySubject {
  /** Undefined where the person is not known. */
  readonly user?: string;
  readonly machine: MachineSeen;
}

/** The part of a policy that all machines of a class in a department share, and that changes seldom. */
export type PolicyBase = Pick<PolicyDocument, "services" | "rules">;

/** The part of a policy that is one subject's own: small, and all that changes when something is granted. */
export interface PolicyView {
  readonly head: PolicyHead;
  readonly subject: PolicySubject;
  /** When it was made. */
  readonly now: Instant;
  /** SHA-256 over the UTF-8 bytes of the base's text, unpadded base64. */
  readonly base: string;
  readonly grants: readonly PolicyGrant[];
}

/** What can speak of machines of this kind; programs and what belongs to other departments are left out. */
export function baseFor(document: PolicyDocument, machine: Pick<MachineSeen, "class" | "department">): PolicyBase {
  const isFor = (department: string | undefined): boolean =>
    department === undefined || department === machine.department;
  return {
    services: document.services.filter((one) => isFor(one.department)).map((one) => ({ ...one, apps: {} })),
    rules: document.rules.filter(
      (rule) => isFor(rule.department) && (rule.machineClass === undefined || rule.machineClass === machine.class),
    ),
  };
}

/** The grants that can open something for a subject; nothing in them says whom else they are for. */
export function grantsFor(document: Pick<PolicyDocument, "grants">, subject: PolicySubject): readonly PolicyGrant[] {
  return document.grants.flatMap((grant) => grantFor(grant, subject));
}

function grantFor(grant: PolicyGrant, { user, machine }: PolicySubject): readonly PolicyGrant[] {
  if (user !== undefined && grant.users.length > 0)
    return grant.users.includes(user) ? [{ ...grant, users: [user], machines: [] }] : [];
  return grant.machines.includes(machine.key) ? [{ ...grant, users: [], machines: [machine.key] }] : [];
}

/** The policy of one subject, whole again: it answers for the subject what the whole policy would. */
export function documentOfView(view: PolicyView, base: PolicyBase): PolicyDocument {
  return { ...view.head, services: base.services, rules: base.rules, grants: view.grants, machines: [] };
}
