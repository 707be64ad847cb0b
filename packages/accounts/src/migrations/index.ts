import type { MigrationSet } from "@causeway/platform";
import { accounts0001 } from "./0001-accounts.ts";
import { accounts0002 } from "./0002-departures.ts";
import { accounts0003 } from "./0003-sign-on.ts";
import { accounts0004 } from "./0004-passkeys.ts";
import { accounts0005 } from "./0005-holds.ts";
import { accounts0006 } from "./0006-device-classes.ts";

/** The tables of accounts; appended, never edited. */
export const accountsMigrations: MigrationSet = {
  of: "accounts",
  list: [accounts0001, accounts0002, accounts0003, accounts0004, accounts0005, accounts0006],
};
