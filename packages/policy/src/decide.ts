import type { CompiledPolicy } from "./compile.ts";
import { decidePlainly } from "./decide-plainly.ts";
import type { MachineSeen, Question, Verdict } from "./question.ts";

/** Whether somebody may reach something now, and what decided. Pure, from memory; the one that every enforcement point asks. */
export function decide(policy: CompiledPolicy, question: Question): Verdict {
  return decidePlainly(policy.document, question);
}

/** What a policy knows of the machine of an address (in normal form): one that is not registered is an internal desktop of no department. */
export function machineOfAddress(policy: CompiledPolicy, address: string): MachineSeen {
  const machine = policy.document.machines.find((one) => one.addresses.includes(address));
  if (machine === undefined) return { key: `addr:${address}`, class: "internal-desktop" };
  const { id, class: machineClass, department } = machine;
  return { key: id, class: machineClass, ...(department === undefined ? {} : { department }) };
}
