import type { MigrationSet } from "@causeway/platform";
import { pushers0001 } from "./0001-pushers.ts";

/** The tables of push; appended, never edited. */
export const pushMigrations: MigrationSet = { of: "push", list: [pushers0001] };
