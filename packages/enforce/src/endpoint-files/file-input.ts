import type { Instant } from "@causeway/base";
import type { PolicyMachineClass } from "@causeway/policy";
import type { WholePolicy } from "./blocked.ts";

/** The guard extension as browsers are told to install it. */
export interface GuardFacts {
  /** 32 letters from a to p, by the key that it is signed with. */
  readonly extensionId: string;
  readonly updateUrl: string;
  /** Where it reaches the server. */
  readonly server: string;
}

/** A directory group whose members are not exempt from a service's block: officers with a lasting exception are taken out of it. */
export interface NotExemptGroup {
  /** Undefined: for every service. */
  readonly service?: string | undefined;
  /** Its code. Undefined: in every department. */
  readonly department?: string | undefined;
  readonly sid: string;
}

/** A department as people write it, and as the policy names it. */
export interface FileDepartment {
  readonly code: string;
  readonly id: string;
}

/** What the files of a department are made from. */
export interface FileInput {
  readonly policy: WholePolicy;
  readonly department: FileDepartment;
  readonly machineClass: PolicyMachineClass;
  readonly now: Instant;
  /** Undefined: desktops have no guard, so that browsers block by themselves. */
  readonly guard: GuardFacts | undefined;
  /** Google accounts of other domains than these are kept out. */
  readonly workspaceDomains: readonly string[];
  readonly notExemptGroups: readonly NotExemptGroup[];
  /** Whether programs are only reported: by the policy's observe mode, or because the file was asked for so. */
  readonly auditOnly: boolean;
}

/** In which words a file says what it is. */
export function titleOf({ policy, department, machineClass }: FileInput): string {
  const { version, installation } = policy.document;
  return `Causeway policy ${version} of ${installation}, department ${department.code}, class ${machineClass}`;
}
