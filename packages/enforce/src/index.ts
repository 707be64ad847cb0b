export * from "./dns-wire/index.ts";
