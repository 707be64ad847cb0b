import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { syncDirectory } from "../data-directory/durable-file.ts";
import type { LoadSteps } from "./load.ts";
import { applyMigrations } from "./migrate.ts";
import { sqliteRunner } from "./sqlite.ts";
import { bindable } from "./sqlite-connection.ts";

/** Fills a file under another name, which is given its own when it is whole and on the disk. */
export async function loadSqlite(steps: LoadSteps): Promise<void> {
  const temporary = `${steps.location}.restoring`;
  rmSync(temporary, { force: true });
  try {
    await fillFile(temporary, steps);
    const file = openSync(temporary, "r+");
    fsyncSync(file);
    closeSync(file);
    renameSync(temporary, steps.location);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(steps.location));
}

async function fillFile(file: string, steps: LoadSteps): Promise<void> {
  const db = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  try {
    // Nobody sees the file before it is whole, so nothing has to survive on the way.
    db.exec("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536");
    const runner = sqliteRunner(db);
    await applyMigrations(runner, steps.before);
    db.exec("BEGIN");
    for (const table of steps.tables) {
      const { shape } = table;
      db.exec(`DELETE FROM "${shape.name}"`); // what the migrations put there is in the rows as well
      const columns = shape.columns.map((column) => `"${column}"`).join(", ");
      const marks = shape.columns.map(() => "?").join(", ");
      const insert = db.prepare(`INSERT INTO "${shape.name}" (${columns}) VALUES (${marks})`);
      for await (const batch of table.rows()) for (const row of batch) insert.run(...bindable(row));
    }
    db.exec("COMMIT");
    await applyMigrations(runner, steps.later);
    db.exec("BEGIN");
    for (const { sql, parameters } of steps.after) db.prepare(sql).run(...bindable(parameters));
    db.prepare("UPDATE stream SET epoch = ?, head = ?").run(steps.stream.epoch, steps.stream.head);
    db.exec("COMMIT");
    db.exec("PRAGMA journal_mode = WAL");
  } finally {
    db.close();
  }
}
