import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer, type TestServer } from "../server.ts";
import type { RecordedRun } from "./record-run.ts";
import type { Recorder } from "./recorder.ts";

/** What clients do while the server is recorded. */
export interface Load {
  readonly writers: number;
  readonly eventsPerWriter: number;
  /** Every so many events one is a file. */
  readonly eventsPerFile: number;
}

/** An event whose answer a client had when the log had the length `at`. */
export interface AcknowledgedEvent {
  readonly at: number;
  readonly writer: number;
  readonly n: number;
  readonly eventId: string;
  readonly txn: string;
  /** The file that it names. */
  readonly file: { readonly mxc: string; readonly sha256: string } | undefined;
}

/** A recorded run of the server program. */
export interface ServerRun extends RecordedRun<AcknowledgedEvent> {
  readonly roomId: string;
  /** The access token of each writer; all were given out before the first event. */
  readonly tokens: readonly string[];
}

interface Client {
  readonly server: TestServer;
  readonly log: string;
  readonly token: string;
  readonly roomId: string;
}

/** What an event says, by which it is found again. */
export function bodyOf(writer: number, n: number): string {
  return `event ${n} of writer ${writer}`;
}

/** Runs the whole server program under the recorder while clients write to it over HTTP, and stops it in order. */
export async function recordServer(recorder: Recorder, load: Load): Promise<ServerRun> {
  // The disk's own speed matters here: it decides how many commits share a sync. So not in memory.
  const base = realpathSync(mkdtempSync(join(tmpdir(), "causeway-record-")));
  const [root, log] = [join(base, "data"), join(base, "log")];
  mkdirSync(root);
  const env = { ...recorder.environment(root, log), CAUSEWAY_MIN_FREE_BYTES: "0" };
  await using server = await startServer({ data: root, env });
  const tokens: string[] = [];
  for (let writer = 0; writer < load.writers; writer += 1) {
    const body = { username: `writer${writer}`, password: "a long enough password", auth: { type: "m.login.dummy" } };
    tokens.push(await member(server, { path: "/register", body }, "access_token"));
  }
  const [first = ""] = tokens;
  const roomId = await member(
    server,
    { path: "/createRoom", token: first, body: { preset: "public_chat" } },
    "room_id",
  );
  for (const token of tokens)
    await member(server, { path: `/join/${encodeURIComponent(roomId)}`, token, body: {} }, "room_id");
  const written = await Promise.all(tokens.map((token, writer) => write({ server, log, token, roomId }, writer, load)));
  await server.stop();
  return {
    ...{ root, roomId, tokens },
    log: readFileSync(log),
    acknowledged: written.flat(),
    [Symbol.dispose]: () => rmSync(base, { recursive: true }),
  };
}

async function write(client: Client, writer: number, load: Load): Promise<readonly AcknowledgedEvent[]> {
  const acknowledged: AcknowledgedEvent[] = [];
  const { server, token, roomId } = client;
  for (let n = 0; n < load.eventsPerWriter; n += 1) {
    const file = n % load.eventsPerFile === 0 ? await upload(client) : undefined;
    const content = { msgtype: file === undefined ? "m.text" : "m.file", body: bodyOf(writer, n), url: file?.mxc };
    const txn = `t${n}`;
    const path = `/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${txn}`;
    const eventId = await member(server, { method: "PUT", path, token, body: content }, "event_id");
    acknowledged.push({ at: statSync(client.log).size, writer, n, eventId, txn, file });
  }
  return acknowledged;
}

async function upload(client: Client): Promise<{ readonly mxc: string; readonly sha256: string }> {
  const content = randomBytes(1 + Math.floor(Math.random() * 30_000));
  const request = { path: "/_matrix/media/v3/upload", token: client.token, body: content };
  const mxc = await member(client.server, request, "content_uri");
  return { mxc, sha256: createHash("sha256").update(content).digest("hex") };
}

/** A member of the answer to a request that must succeed. */
export async function member(
  server: Pick<TestServer, "url">,
  request: { readonly method?: string; readonly path: string; readonly token?: string; readonly body: object },
  name: string,
): Promise<string> {
  const { token, body } = request;
  const path = request.path.startsWith("/_") ? request.path : `/_matrix/client/v3${request.path}`;
  const answer = await fetch(`${server.url}${path}`, {
    method: request.method ?? "POST",
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    body: body instanceof Uint8Array ? new Blob([new Uint8Array(body)]) : JSON.stringify(body),
  });
  const value: unknown = Reflect.get(Object(await answer.json()), name);
  if (typeof value !== "string") throw new Error(`${request.path} answered ${answer.status} without \`${name}\``);
  return value;
}
