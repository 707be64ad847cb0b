export * from "./admin/index.ts";
export * from "./config/index.ts";
export * from "./data-directory/index.ts";
export * from "./db/index.ts";
export { explain } from "./explain.ts";
export * from "./http/index.ts";
export * from "./log/index.ts";
export * from "./metrics/index.ts";
export * from "./outgoing/index.ts";
