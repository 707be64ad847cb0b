export { verdictsOfService } from "./of-service.ts";
export { changedMachines, type ChangedMachine } from "./changed-machines.ts";
export { verdictsFor } from "./merged.ts";
export { PlanFollower } from "./follower.ts";
export { NamePlanner, type MachineNames, type NamePlan, type NameProfile } from "./planner.ts";
export { rpzRulesOf } from "./rpz-rules.ts";
export { isKeptBy, noVerdicts, verdictsOf, type NameVerdict, type NameVerdicts } from "./verdicts.ts";
