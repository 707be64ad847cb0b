import type { MigrationSet } from "@causeway/platform";
import { accounts0001 } from "./0001-accounts.ts";
import { accounts0002 } from "./0002-departures.ts";

/** The tables of accounts; appended, never edited. */
export const accountsMigrations: MigrationSet = { of: "accounts", list: [accounts0001, accounts0002] };
