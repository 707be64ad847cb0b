export { AnswerCounts, type GrantCount, type PointCounts, type ServiceCount } from "./counts.ts";
export { SteadyClock } from "./steady-clock.ts";
export type { DocumentSource, PointReport, PolicyListener, PolicySource, PolicyStanding, SelfTest } from "./source.ts";
