import { mediaMigrations, verifyMedia } from "@causeway/matrix-media";
import { openDatabase, statement } from "@causeway/platform";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { crashMigrations, type Acknowledged } from "./workload-protocol.ts";

interface Row {
  readonly pos: number;
  readonly writer: number;
  readonly n: number;
  readonly mxc: string | null;
  readonly sha256: string | null;
}

const rowsInOrder = statement<Row>("SELECT pos, writer, n, mxc, sha256 FROM crash_events ORDER BY pos");
const files = statement<{ media_id: string; sha256: string }>(
  "SELECT media_id, sha256 FROM media_files WHERE uploaded_at IS NOT NULL",
);
const integrity = statement<{ integrity_check: string }>("PRAGMA integrity_check");

/** Opens what a power cut left as the server does, and lists every promise that it breaks. */
export async function brokenPromises(
  directory: string,
  acknowledged: readonly Acknowledged[],
): Promise<readonly string[]> {
  await using db = await openDatabase({
    location: join(directory, "causeway.db"),
    migrations: [crashMigrations, mediaMigrations],
  });
  const broken: string[] = [];
  const whole = (await db.first(integrity()))?.integrity_check;
  if (whole !== "ok") return [`the database is damaged: ${whole}`];
  const rows = await db.all(rowsInOrder());
  broken.push(...missingEvents(rows, acknowledged), ...disorder(rows));
  const last = rows.at(-1)?.pos ?? 0;
  if (db.stream.head() < last) broken.push(`the stream's head ${db.stream.head()} is behind the event ${last}`);
  const kept = new Map((await db.all(files())).map((file) => [`mxc://test/${file.media_id}`, file.sha256]));
  for (const row of rows) {
    if (row.mxc !== null && kept.get(row.mxc) !== row.sha256)
      broken.push(`event ${row.pos} names a file that is not there`);
  }
  if (!existsSync(join(directory, "media", "files")))
    return kept.size === 0 ? broken : [...broken, "the media directory is gone"];
  const { faults } = await verifyMedia({ db, directory: join(directory, "media") });
  // A file that no row names was never acknowledged.
  const real = faults.filter((fault) => fault.kind !== "file-without-row");
  return [...broken, ...real.map((fault) => `a file is not whole: ${fault.kind}`)];
}

function missingEvents(rows: readonly Row[], acknowledged: readonly Acknowledged[]): readonly string[] {
  const there = new Map(rows.map((row) => [row.pos, `${row.writer} ${row.n}`]));
  return acknowledged
    .filter((ack) => there.get(ack.pos) !== `${ack.writer} ${ack.n}`)
    .map((ack) => `the acknowledged event ${ack.pos} is not there`);
}

/** Each writer's events come once, in order, and none is left out before one that is there. */
function disorder(rows: readonly Row[]): readonly string[] {
  const next = new Map<number, number>();
  const broken: string[] = [];
  for (const row of rows) {
    const expected = next.get(row.writer) ?? 0;
    if (row.n !== expected) broken.push(`writer ${row.writer}: event ${row.n} stands where ${expected} should`);
    next.set(row.writer, row.n + 1);
  }
  return broken;
}
