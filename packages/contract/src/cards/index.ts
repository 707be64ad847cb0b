export * from "./announcements.ts";
export * from "./custody.ts";
export * from "./sessions.ts";
