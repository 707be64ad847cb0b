export * from "./create.ts";
export * from "./events.ts";
export * from "./membership.ts";
