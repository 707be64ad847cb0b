import type { MigrationSet } from "@causeway/platform";
import { core0001 } from "./0001-core.ts";
import { delayed0005 } from "./0005-delayed.ts";
import { people0003 } from "./0003-people.ts";
import { profiles0002 } from "./0002-profiles.ts";
import { reports0004 } from "./0004-reports.ts";
import { calls0006 } from "./0006-calls.ts";
import { gate0008 } from "./0008-gate.ts";
import { search0007 } from "./0007-search.ts";

/** The tables of rooms; appended, never edited. */
export const roomsMigrations: MigrationSet = {
  of: "rooms",
  list: [core0001, profiles0002, people0003, reports0004, delayed0005, calls0006, search0007, gate0008],
};
