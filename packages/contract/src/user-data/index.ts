export * from "./account-data.ts";
export * from "./notifications.ts";
export * from "./push-rules.ts";
