export * from "./db/index.ts";
export * from "./http/index.ts";
