export * from "./edit.ts";
export * from "./evaluate.ts";
export * from "./mode.ts";
export * from "./quiet.ts";
export * from "./rules.ts";
export { WordIndex } from "./word-index.ts";
export { isGlob } from "./word-match.ts";
