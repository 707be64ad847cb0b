import { createHash } from "node:crypto";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startServer, type TestServer } from "../server.ts";
import { bodyOf, member, type AcknowledgedEvent, type ServerRun } from "./server-run.ts";

/** Starts the real server on what a power cut left, and asks it over HTTP; lists every promise that it breaks. */
export async function brokenPromisesOfServer(
  run: ServerRun,
  directory: string,
  acknowledged: readonly AcknowledgedEvent[],
): Promise<readonly string[]> {
  bringLogKey(run.root, directory);
  await using server = await startServer({ data: directory, env: { CAUSEWAY_MIN_FREE_BYTES: "0" } });
  const broken: string[] = [];
  const [token = ""] = run.tokens;
  const ids = acknowledged.length === 0 ? [] : await history(server, token, run.roomId);
  if (new Set(ids).size !== ids.length) broken.push("an event is there twice");
  const places = new Map(ids.map((id, place) => [id, place]));
  const last = new Map<number, AcknowledgedEvent>();
  for (const event of acknowledged) {
    const before = places.get(last.get(event.writer)?.eventId ?? "") ?? -1;
    const place = places.get(event.eventId);
    if (place === undefined || place < before)
      broken.push(`event ${event.n} of writer ${event.writer} is not in its place`);
    last.set(event.writer, event);
  }
  for (const event of last.values()) {
    const path = `/rooms/${encodeURIComponent(run.roomId)}/send/m.room.message/${event.txn}`;
    const request = {
      method: "PUT",
      path,
      token: run.tokens[event.writer] ?? "",
      body: { msgtype: "m.text", body: bodyOf(event.writer, event.n) },
    };
    if ((await member(server, request, "event_id")) !== event.eventId)
      broken.push("sent again, an event got another id");
  }
  const file = acknowledged.findLast((event) => event.file !== undefined)?.file;
  if (file !== undefined && (await digestOf(server, token, file.mxc)) !== file.sha256)
    broken.push("a file is not whole");
  return broken;
}

/**
 * The key of the audit log lies beside the data directory and is not recorded. It comes along without the last checkpoint: that one
 * is of the end of the run, and what is started here is of its middle.
 */
function bringLogKey(from: string, to: string): void {
  rmSync(`${to}-audit`, { recursive: true, force: true });
  cpSync(`${from}-audit`, `${to}-audit`, { recursive: true });
  rmSync(join(`${to}-audit`, "checkpoint"), { force: true });
}

async function digestOf(server: TestServer, token: string, mxc: string): Promise<string> {
  const path = `/_matrix/client/v1/media/download/${mxc.slice("mxc://".length)}`;
  const answer = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  return createHash("sha256")
    .update(Buffer.from(await answer.arrayBuffer()))
    .digest("hex");
}

/** The ids of a room's events, oldest first. */
export async function history(
  server: Pick<TestServer, "url">,
  token: string,
  roomId: string,
): Promise<readonly string[]> {
  const ids: string[] = [];
  let from = "";
  for (;;) {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages?dir=f&limit=1000${from}`;
    const answer = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const page: { readonly chunk?: readonly { readonly event_id: string }[]; readonly end?: string } = Object(
      await answer.json(),
    );
    ids.push(...(page.chunk ?? []).map((event) => event.event_id));
    if (page.end === undefined) return ids;
    from = `&from=${encodeURIComponent(page.end)}`;
  }
}
