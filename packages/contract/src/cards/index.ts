export * from "./announcements.ts";
export * from "./sessions.ts";
