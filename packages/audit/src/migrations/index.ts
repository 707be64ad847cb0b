import type { MigrationSet } from "@causeway/platform";
import { audit0001 } from "./0001-audit.ts";

/** The tables of the log; appended, never edited. */
export const auditMigrations: MigrationSet = { of: "audit", list: [audit0001] };
