export * from "./dns-wire/index.ts";
export * from "./endpoint-files/index.ts";
export * from "./points/index.ts";
export * from "./rpz/index.ts";
