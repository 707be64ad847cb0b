import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startServer, type TestServer } from "../tests/server.ts";
import type { LoadResult, LoadTask } from "./load.ts";
import { parts } from "./parts.ts";

const isQuick = process.argv.includes("--quick");
/** Floor and server take turns, so that a machine that is slow for a while is slow for both; the median of the rounds counts. */
const ROUNDS = isQuick ? 3 : 5;
const SECONDS = isQuick ? 4 : 10;
const LATENCY_SECONDS = isQuick ? 5 : 20;
const CALLERS = 100;
/** Before anything is measured: code that runs for the first time is not what is asked about. */
const WARM_UP_SECONDS = 6;

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

function median(values: readonly number[]): number {
  return percentile(
    values.toSorted((left, right) => left - right),
    0.5,
  );
}

async function measureRoom(
  server: TestServer,
  room: BenchRoom,
  options: { readonly what: string; readonly online: number; readonly floorUrl: string },
): Promise<readonly Line[]> {
  const who = { id: room.id, senders: room.tokens.slice(0, 5), listeners: room.tokens.slice(-options.online) };
  const [floorTask, task] = [
    { url: options.floorUrl, callers: CALLERS },
    { url: server.url, callers: CALLERS, room: who },
  ];
  await load({ ...floorTask, seconds: WARM_UP_SECONDS / 2 });
  await load({ ...task, seconds: WARM_UP_SECONDS });
  const rounds: { readonly floor: number; readonly sends: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const floor = (await load({ ...floorTask, seconds: SECONDS })).perSecond;
    rounds.push({ floor, sends: (await load({ ...task, seconds: SECONDS })).perSecond });
  }
  const sends = median(rounds.map((one) => one.sends));
  const timed = await load({ ...task, seconds: LATENCY_SECONDS, perSecond: sends / 2 });
  const sorted = timed.latencies.toSorted((left, right) => left - right);
  return [
    {
      what: "floor: bare POST, one durable row",
      sendsPerSecond: Math.round(median(rounds.map((one) => one.floor))),
      shareOfFloor: 1,
    },
    {
      what: options.what,
      sendsPerSecond: Math.round(sends),
      shareOfFloor: median(rounds.map((one) => one.sends / one.floor)),
      halfLoadPerSecond: Math.round(sends / 2),
      p50Ms: percentile(sorted, 0.5),
      p95Ms: percentile(sorted, 0.95),
      p99Ms: percentile(sorted, 0.99),
    },
  ];
}

async function measureSends(): Promise<readonly Line[]> {
  const directory = mkdtempSync(join(tmpdir(), "causeway-bench-"));
  const floor = await startFloor(directory);
  await using server = await startServer();
  const lines: Line[] = [];
  for (const [members, online] of [
    [10, 10],
    [1000, 100],
  ] as const) {
    const room = await makeRoom(server, `room${members}`, members);
    const what = `room of ${members}, ${online} online`;
    lines.push(...(await measureRoom(server, room, { what, online, floorUrl: floor.url })));
  }
  floor.child.kill();
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
  return lines;
}

async function main(): Promise<void> {
  const only = process.argv.includes("--only") ? process.argv.slice(process.argv.indexOf("--only") + 1) : undefined;
  const unknown = only?.filter((name) => name !== "sends" && !parts.some((part) => part.name === name)) ?? [];
  if (unknown.length > 0 || only?.length === 0)
    throw new Error(`there are: sends, ${parts.map((part) => part.name).join(", ")}; not: ${unknown.join(", ")}`);
  const lines: object[] = [];
  if (only?.includes("sends") !== false) lines.push(...(await measureSends()));
  for (const part of parts) {
    if (only?.includes(part.name) === false) continue;
    const { text, line } = await part.run({ isQuick });
    process.stdout.write(`${text}\n`);
    lines.push(line);
  }
  process.stdout.write(`${JSON.stringify(lines)}\n`);
}

await main();
