export * from "./backup.ts";
export * from "./dehydrated.ts";
export * from "./device-keys.ts";
