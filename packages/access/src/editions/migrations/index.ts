import type { MigrationSet } from "@causeway/platform";
import { editions0001 } from "./0001-editions.ts";

/** The tables of the catalogue, the rules and what is published of them; appended, never edited. */
export const policyMigrations: MigrationSet = { of: "policy", list: [editions0001] };
