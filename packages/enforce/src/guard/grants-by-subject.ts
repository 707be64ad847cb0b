import { grantsFor, type PolicyDocument, type PolicyGrant, type PolicySubject } from "@causeway/policy";

/** The grants of a policy by whom they are for, so that a thousand guards do not each read a hundred thousand. */
export class GrantsBySubject {
  readonly of: PolicyDocument["grants"];
  #users = new Map<string, PolicyGrant[]>();
  #machines = new Map<string, PolicyGrant[]>();

  constructor(grants: PolicyDocument["grants"]) {
    this.of = grants;
    for (const grant of grants) {
      for (const user of grant.users) put(this.#users, user, grant);
      for (const machine of grant.machines) put(this.#machines, machine, grant);
    }
  }

  /** The grants that can open something for a subject. */
  for(subject: PolicySubject): readonly PolicyGrant[] {
    const own = subject.user === undefined ? [] : (this.#users.get(subject.user) ?? []);
    const machine = this.#machines.get(subject.machine.key) ?? [];
    return grantsFor({ grants: [...new Set([...own, ...machine])] }, subject);
  }
}

function put(map: Map<string, PolicyGrant[]>, key: string, grant: PolicyGrant): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [grant]);
  else known.push(grant);
}
