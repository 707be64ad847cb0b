// A program that acknowledges rows as early as SQLite lets it: with `synchronous` as it is told. Shows what the method catches.
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

interface Options {
  readonly root: string;
  readonly log: string;
  readonly result: string;
  readonly rows: number;
  readonly synchronous: string;
}

function main(options: Options): void {
  const db = new DatabaseSync(join(options.root, "rows.db"));
  db.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${options.synchronous}; CREATE TABLE rows (n INTEGER PRIMARY KEY, body TEXT)`,
  );
  const insert = db.prepare("INSERT INTO rows (n, body) VALUES (?, ?)");
  const acknowledged: { at: number; n: number }[] = [];
  for (let n = 0; n < options.rows; n += 1) {
    insert.run(n, "row ".repeat(100));
    acknowledged.push({ at: statSync(options.log).size, n });
  }
  db.close();
  writeFileSync(options.result, JSON.stringify(acknowledged));
}

main(JSON.parse(process.argv[2] ?? "{}"));
