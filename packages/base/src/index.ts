export * from "./canonical-json.ts";
export * from "./codes.ts";
export * from "./decision.ts";
export { fold } from "./fold.ts";
export * from "./grams.ts";
export * from "./ids.ts";
export * from "./instant.ts";
export * from "./json.ts";
export * from "./result.ts";
