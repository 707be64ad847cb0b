export * from "./dns-wire/index.ts";
export * from "./endpoint-files/index.ts";
export * from "./names/index.ts";
export * from "./points/index.ts";
export * from "./probe/index.ts";
export * from "./rpz/index.ts";
export * from "./unbound/index.ts";
