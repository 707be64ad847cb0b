export * from "./edit.ts";
export * from "./mode.ts";
export * from "./rules.ts";
