export * from "./config.ts";
export * from "./download.ts";
export * from "./paths.ts";
export * from "./upload.ts";
