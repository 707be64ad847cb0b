import { KeyPlace } from "@causeway/audit";
import { parseServerName } from "@causeway/base";
import { allMigrations, checkEverything } from "@causeway/cli";
import {
  compareMigrations,
  openDataDirectory,
  openSnapshot,
  placesIn,
  readSigner,
  statement,
  type Snapshot,
} from "@causeway/platform";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bodyOf, type AcknowledgedEvent } from "./server-run.ts";

const events = statement<{ readonly event_id: string; readonly client: string }>(
  "SELECT event_id, client FROM rooms_events WHERE type = 'm.room.message' ORDER BY pos",
);
const transactions = statement<{ readonly txn: string; readonly event_id: string }>(
  "SELECT txn, event_id FROM rooms_transactions",
);
const files = statement<{ readonly media_id: string; readonly sha256: string }>(
  "SELECT media_id, sha256 FROM media_files WHERE uploaded_at IS NOT NULL",
);

/**
 * Looks at what a power cut left of a data directory, as a start and `causeway check` do, and lists every promise that it breaks. The
 * audit log is checked with the keys of the server that wrote it, which lie in a directory of their own.
 */
export async function brokenPromises(
  directory: string,
  acknowledged: readonly AcknowledgedEvent[],
  auditKeys: string,
): Promise<readonly string[]> {
  const serverName = parseServerName("localhost");
  if (serverName === undefined) throw new Error("bad server name");
  // A start must not take it for somebody else's, however early the cut was.
  openDataDirectory(directory, serverName).release();
  const places = placesIn(directory);
  const hasKey = existsSync(join(directory, "signing.key"));
  if (acknowledged.length === 0 && (!hasKey || !(await hasTables(places.database)))) return [];
  await using db = await openSnapshot(places.database);
  const signer = readSigner(join(directory, "signing.key"), serverName);
  const broken: string[] = [];
  const audit = { keys: new KeyPlace(auditKeys).verifiers(), trusted: [], witnesses: [] };
  for await (const { kind, at } of checkEverything({ db, media: places.media, signer, isRunning: false, audit })) {
    // Nobody was told of a file that no row names.
    if (kind !== "file-without-row") broken.push(`${kind} ${JSON.stringify(at)}`);
  }
  return [...broken, ...(await brokenEvents(db, acknowledged))];
}

/** Whether the first start had come as far as all of its tables: each migration is a transaction of its own, and a later start makes the rest. */
async function hasTables(database: string): Promise<boolean> {
  if (!existsSync(database)) return false;
  try {
    await using db = await openSnapshot(database);
    return (await compareMigrations(db, allMigrations)).missing.length === 0;
  } catch {
    return false; // the file has no tables at all yet
  }
}

async function brokenEvents(db: Snapshot, acknowledged: readonly AcknowledgedEvent[]): Promise<readonly string[]> {
  const broken: string[] = [];
  const kept = await db.all(events());
  const places = new Map(kept.map((row, place) => [row.event_id, place]));
  if (places.size !== kept.length) broken.push("an event is there twice");
  const sent = new Map((await db.all(transactions())).map((row) => [row.event_id, row.txn]));
  for (const { eventId, txn, writer, n } of acknowledged) {
    if (!places.has(eventId)) broken.push(`the acknowledged event ${n} of writer ${writer} is not there`);
    if (sent.get(eventId)?.endsWith(txn) !== true)
      broken.push(`sent again, event ${n} of writer ${writer} would be there twice`);
  }
  const whole = new Map((await db.all(files())).map((file) => [`mxc://localhost/${file.media_id}`, file.sha256]));
  const digests = new Map(acknowledged.flatMap(({ file }) => (file === undefined ? [] : [[file.mxc, file.sha256]])));
  const next = new Map<string, number>();
  for (const { client } of kept) {
    const { content }: { readonly content?: { readonly body?: string; readonly url?: string } } = JSON.parse(client);
    const [, n = "", writer = ""] = /^event (\d+) of writer (\d+)$/.exec(content?.body ?? "") ?? [];
    const expected = next.get(writer) ?? 0;
    if (content?.body !== bodyOf(Number(writer), expected))
      broken.push(`writer ${writer}: ${n} stands where ${expected} should`);
    next.set(writer, expected + 1);
    const { url } = content ?? {};
    if (url === undefined) continue;
    const sha256 = whole.get(url);
    if (sha256 === undefined || (digests.get(url) ?? sha256) !== sha256)
      broken.push(`${url}, which an event names, is not there`);
  }
  return broken;
}
