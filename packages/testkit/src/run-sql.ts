import { DatabaseSync } from "node:sqlite";
import postgres from "postgres";

/** Runs statements on a database behind everybody's back: to damage it as a disk or a careless hand would. */
export async function runSql(location: string, statements: readonly string[]): Promise<void> {
  if (!location.startsWith("postgres")) {
    const db = new DatabaseSync(location);
    db.exec("PRAGMA synchronous = OFF");
    try {
      for (const sql of statements) db.exec(sql);
    } finally {
      db.close();
    }
    return;
  }
  const sql = postgres(location, { max: 1, onnotice: () => undefined });
  try {
    for (const text of statements) await sql.unsafe(text);
  } finally {
    await sql.end();
  }
}
