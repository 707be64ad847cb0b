export * from "./create.ts";
export * from "./ephemeral.ts";
export * from "./events.ts";
export * from "./membership.ts";
export * from "./reading.ts";
