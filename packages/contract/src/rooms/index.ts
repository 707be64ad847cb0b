export * from "./create.ts";
export * from "./discovery.ts";
export * from "./ephemeral.ts";
export * from "./events.ts";
export * from "./membership.ts";
export * from "./reading.ts";
export * from "./reports.ts";
export * from "./upgrade.ts";
