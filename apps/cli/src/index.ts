export { checkEverything, type Checked } from "./check.ts";
export { allMigrations } from "./migrations.ts";
