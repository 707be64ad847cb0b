export {
  compiledOf,
  compilePolicy,
  PolicyContradiction,
  type CompiledBefore,
  type CompiledPolicy,
  type PolicyHead,
  type PolicyParts,
  type ServiceFacts,
} from "./compile.ts";
export { decide, machineOfAddress, machineOfId } from "./decide.ts";
export { decidePlainly } from "./decide-plainly.ts";
export { applyDelta, deltaOf, type DeltaFault } from "./delta.ts";
export {
  policyMachineClasses,
  type Conditions,
  type HostRule,
  type Hours,
  type PolicyDelta,
  type PolicyDocument,
  type PolicyEnvelope,
  type PolicyGrant,
  type PolicyMachine,
  type PolicyMachineClass,
  type PolicyRule,
  type PolicyService,
  type ServiceApps,
  type Texts,
} from "./document.ts";
export { normalHost, type Host } from "./host.ts";
export { endOfHours } from "./hours.ts";
export { isInNetwork } from "./networks.ts";
export { observedRuleAt, ruleAt, rulesOf } from "./rules-of.ts";
export type { MachineSeen, Permission, Question, Refusal, RefusalReason, Target, Verdict } from "./question.ts";
export { baseFor, documentOfView, grantsFor, type PolicyBase, type PolicySubject, type PolicyView } from "./view.ts";
