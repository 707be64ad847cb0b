export * from "./account-data.ts";
export * from "./push-rules.ts";
