export * from "./account.ts";
export * from "./moderation.ts";
export * from "./passkeys.ts";
export * from "./server-facts.ts";
export * from "./sign-in.ts";
export * from "./sign-on.ts";
