import type { MigrationSet } from "@causeway/platform";
import { directory0001 } from "./0001-directory.ts";

/** The tables of the directory; appended, never edited. */
export const directoryMigrations: MigrationSet = { of: "directory", list: [directory0001] };
