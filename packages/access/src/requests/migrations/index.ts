import type { MigrationSet } from "@causeway/platform";
import { access0001 } from "./0001-requests.ts";

/** The tables of requests, grants, reviews and looks; appended, never edited. */
export const accessMigrations: MigrationSet = { of: "access", list: [access0001] };
