import type { MigrationSet } from "@causeway/platform";
import { keys0001 } from "./0001-keys.ts";
import { keys0002 } from "./0002-keys.ts";

/** The tables of keys; appended, never edited. */
export const keysMigrations: MigrationSet = { of: "keys", list: [keys0001, keys0002] };
