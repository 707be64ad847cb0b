export { AnswerCounts, type GrantCount, type PointCounts, type ServiceCount } from "./counts.ts";
export { createPoints, type Points, type PointsOptions } from "./create-points.ts";
export { defaultFeedLimits, type FeedLimits } from "./feed.ts";
export type { FeedPeople } from "./handlers.ts";
export { pointsMigrations } from "./migrations/index.ts";
export { defaultPointLimits, type PointLimits } from "./registry.ts";
export type { DocumentSource, PointReport, PolicyListener, PolicySource, PolicyStanding, SelfTest } from "./source.ts";
export { SteadyClock } from "./steady-clock.ts";
