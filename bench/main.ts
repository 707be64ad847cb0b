import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startServer, type TestServer } from "../tests/server.ts";
import type { LoadResult, LoadTask } from "./load.ts";
import { measurePeople, peopleText } from "./people.ts";

const isQuick = process.argv.includes("--quick");
const SECONDS = isQuick ? 5 : 20;
const CALLERS = 100;
/** Before anything is measured: code that runs for the first time is not what is asked about. */
const WARM_UP_SECONDS = isQuick ? 3 : 5;

function file(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function load(task: LoadTask): Promise<LoadResult> {
  const child = spawn(process.execPath, [file("./load.ts"), JSON.stringify(task)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.once("exit", (code) =>
      code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`the load ended with ${code}`)),
    );
  });
}

async function startFloor(directory: string): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = spawn(process.execPath, [file("./floor.ts"), join(directory, "floor.db")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      const match = /listening on (\S+)/.exec(chunk.toString());
      if (match !== null) resolve(match[1] ?? "");
    });
  });
  return { url, child };
}

async function call(
  server: TestServer,
  path: string,
  options: { readonly method?: string; readonly token?: string; readonly body?: object },
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${server.url}${path}`, {
    method: options.method ?? "POST",
    headers: options.token === undefined ? {} : { authorization: `Bearer ${options.token}` },
    body: JSON.stringify(options.body ?? {}),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return Object(await answer.json());
}

interface BenchRoom {
  readonly id: string;
  readonly tokens: readonly string[];
}

async function makeRoom(server: TestServer, name: string, members: number): Promise<BenchRoom> {
  const tokens: string[] = [];
  for (let index = 0; index < members; index += 1) {
    const body = { username: `${name}-${index}`, password: "a long enough password", auth: { type: "m.login.dummy" } };
    tokens.push(String((await call(server, "/_matrix/client/v3/register", { body }))["access_token"]));
  }
  const room = await call(server, "/_matrix/client/v3/createRoom", {
    token: tokens[0] ?? "",
    body: { preset: "public_chat" },
  });
  const id = String(room["room_id"]);
  for (const token of tokens.slice(1))
    await call(server, `/_matrix/client/v3/join/${encodeURIComponent(id)}`, { token });
  return { id, tokens };
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

interface Line {
  readonly what: string;
  readonly sendsPerSecond: number;
  readonly shareOfFloor: number;
  readonly halfLoadPerSecond?: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
}

async function measureRoom(
  server: TestServer,
  room: BenchRoom,
  options: { readonly what: string; readonly online: number; readonly floor: number },
): Promise<Line> {
  const who = { id: room.id, senders: room.tokens.slice(0, 5), listeners: room.tokens.slice(-options.online) };
  await load({ url: server.url, seconds: WARM_UP_SECONDS, callers: CALLERS, room: who });
  const full = await load({ url: server.url, seconds: SECONDS, callers: CALLERS, room: who });
  const half = full.perSecond / 2;
  const timed = await load({ url: server.url, seconds: SECONDS, callers: CALLERS, perSecond: half, room: who });
  const sorted = timed.latencies.toSorted((left, right) => left - right);
  return {
    what: options.what,
    sendsPerSecond: Math.round(full.perSecond),
    shareOfFloor: full.perSecond / options.floor,
    halfLoadPerSecond: Math.round(half),
    p50Ms: percentile(sorted, 0.5),
    p95Ms: percentile(sorted, 0.95),
    p99Ms: percentile(sorted, 0.99),
  };
}

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "causeway-bench-"));
  const floor = await startFloor(directory);
  await load({ url: floor.url, seconds: WARM_UP_SECONDS, callers: CALLERS });
  const bare = await load({ url: floor.url, seconds: SECONDS, callers: CALLERS });
  floor.child.kill();
  await using server = await startServer();
  const lines: Line[] = [
    { what: "floor: bare POST, one durable row", sendsPerSecond: Math.round(bare.perSecond), shareOfFloor: 1 },
  ];
  for (const [members, online] of [
    [10, 10],
    [1000, 100],
  ] as const) {
    const room = await makeRoom(server, `room${members}`, members);
    lines.push(
      await measureRoom(server, room, { what: `room of ${members}, ${online} online`, online, floor: bare.perSecond }),
    );
  }
  rmSync(directory, { recursive: true, force: true });
  for (const line of lines) {
    const latency =
      line.p50Ms === undefined
        ? ""
        : `   at ${line.halfLoadPerSecond}/s: p50 ${line.p50Ms} ms, p95 ${line.p95Ms} ms, p99 ${line.p99Ms} ms`;
    process.stdout.write(
      `${line.what.padEnd(36)} ${String(line.sendsPerSecond).padStart(7)}/s ${(line.shareOfFloor * 100).toFixed(1).padStart(6)} %${latency}\n`,
    );
  }
  const people = measurePeople();
  process.stdout.write(`${peopleText(people)}\n${JSON.stringify([...lines, people])}\n`);
}

await main();
