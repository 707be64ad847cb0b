export * from "./changes.ts";
export * from "./find.ts";
export { parseCode, parseName } from "./fields.ts";
export * from "./machines.ts";
export * from "./people.ts";
export * from "./posts.ts";
export * from "./roles.ts";
export * from "./units.ts";
