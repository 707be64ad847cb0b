import type { PolicyDocument } from "@causeway/policy";

/** Who reads a policy that is no point: a machine, with whoever is signed in on it. */
export interface Reader {
  /** `ma_…`, or `addr:` with an address that is not registered; undefined: only the person is known. */
  readonly machine: string | undefined;
  readonly department: string | undefined;
  readonly user: string | undefined;
}

/** What of a policy concerns a machine and a person: nobody learns who else may do what. */
export function reducedFor(document: PolicyDocument, reader: Reader): PolicyDocument {
  const { machine, department, user } = reader;
  const isOwn = (of: string | undefined): boolean => of === undefined || of === department;
  const concerns = (grant: PolicyDocument["grants"][number]): boolean =>
    (user !== undefined && grant.users.includes(user)) || (machine !== undefined && grant.machines.includes(machine));
  return {
    ...document,
    services: document.services.filter((one) => isOwn(one.department)),
    rules: document.rules.filter((one) => isOwn(one.department)),
    grants: document.grants.filter(concerns).map((grant) => ({
      ...grant,
      users: grant.users.filter((one) => one === user),
      machines: grant.machines.filter((one) => one === machine),
    })),
    machines: document.machines.filter((one) => one.id === machine),
    observe: {
      everywhere: document.observe.everywhere,
      departments: document.observe.departments.filter((one) => one === department),
    },
  };
}
