export * from "./action.ts";
export * from "./endpoint.ts";
export * from "./fields.ts";
