import type { MigrationSet } from "@causeway/platform";
import { media0001 } from "./0001-media.ts";

/** The tables of media; appended, never edited. */
export const mediaMigrations: MigrationSet = { of: "media", list: [media0001] };
