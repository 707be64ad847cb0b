export { defaultMediaLimits, type MediaLimits, type ThumbnailSize } from "./limits.ts";
export { createMedia, type Media, type MediaOptions } from "./media.ts";
export { mediaMigrations } from "./migrations/index.ts";
export type { Scan, ScanSubject } from "./ports.ts";
export { keptFiles, type KeptFile } from "./kept-files.ts";
export { verifyMedia, type MediaCheck, type MediaFault } from "./verify.ts";
