import type { MigrationSet } from "@causeway/platform";
import { points0001 } from "./0001-points.ts";

/** The tables of enforcement points; appended, never edited. */
export const pointsMigrations: MigrationSet = { of: "points", list: [points0001] };
