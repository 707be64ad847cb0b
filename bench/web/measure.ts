import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { buildClient, openBrowser, signIn } from "../../tests/e2e/browser.ts";
import { PASSWORD } from "../../tests/sdk/people.ts";
import { startServer, type TestServer } from "../../tests/server.ts";
import { encryptedRoom } from "./encrypted.ts";
import { noteRooms, openRoom, roomsThere, scrollBack, switchRooms, toEnd } from "./in-page.ts";
import { makeRoom, people, talk, times, type Speaker } from "./seed.ts";

const isQuick = process.argv.includes("--quick");
const LONG = isQuick ? 10_000 : 100_000;
const ENCRYPTED = isQuick ? 500 : 3000;
const ROOMS = isQuick ? 100 : 500;
const SWITCHES = 200;
const FRAMES = 600;
const STARTS = 5;
const SCROLLS = 2;
/** After a start: the first sync, and what was left to do. */
const SETTLE_MS = 2000;

function at(values: readonly number[], share: number): number {
  return values.toSorted((left, right) => left - right)[Math.floor((values.length - 1) * share)] ?? Number.NaN;
}

function note(text: string): void {
  process.stderr.write(`web: ${text}\n`);
}

/** What a page holds after a collection. */
async function memory(
  page: Page,
): Promise<{ readonly heapMb: number; readonly nodes: number; readonly listeners: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  const { metrics } = await session.send("Performance.getMetrics");
  const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  await session.detach();
  return { heapMb: usedSize / 1e6, nodes: of("Nodes"), listeners: of("JSEventListeners") };
}

/** The script of a list of the same virtualiser with nothing in its rows. */
function emptyList(): string {
  const directory = mkdtempSync(join(tmpdir(), "causeway-empty-list-"));
  const tool = fileURLToPath(new URL("../../apps/web/tools/empty-list.ts", import.meta.url));
  const done = spawnSync(process.execPath, [tool, directory], { stdio: ["ignore", 2, 2] });
  if (done.status !== 0) throw new Error("the empty list could not be built");
  const script = readFileSync(join(directory, "empty-list.js"), "utf8");
  rmSync(directory, { recursive: true, force: true });
  return script;
}

/** How an empty list scrolls in this browser now. */
async function emptyFrames(page: Page, script: string): Promise<readonly number[]> {
  const beside = await page.context().newPage();
  await beside.addScriptTag({ content: script, type: "module" });
  await beside.locator('[role="log"] div').first().waitFor({ state: "attached" });
  await beside.evaluate(toEnd);
  const frames = await beside.evaluate(scrollBack, FRAMES);
  await beside.close();
  await page.bringToFront();
  return frames;
}

async function makeRooms(speakers: readonly Speaker[]): Promise<readonly string[]> {
  const rooms: string[] = [];
  await times(ROOMS, async (number) => {
    rooms.push(await makeRoom(speakers.slice(0, 2), `room ${number}`));
  });
  return rooms;
}

async function sayEverywhere(speakers: readonly Speaker[], rooms: readonly string[], first: number): Promise<void> {
  await times(rooms.length * 10, async (number) => {
    const body = { msgtype: "m.text", body: `${first + number} is what was said` };
    const room = rooms[number % rooms.length] ?? "";
    await speakers[number % 2]?.("PUT", `/rooms/${room}/send/m.room.message/e${first + number}`, body);
  });
}

/** Loads the page anew, as a person does in the morning; when its rooms are there. */
async function startWarm(page: Page, url: string): Promise<number> {
  await page.goto(`${url}/chat`);
  return await page.evaluate(roomsThere);
}

/** What the account is in; the room that is long, and somebody signed in at the page. */
async function seed(server: TestServer, page: Page): Promise<void> {
  const speakers = await people(server.url, ["alice", "bob", "chan", "dora", "eddy"]);
  const rooms = await makeRooms(speakers);
  await sayEverywhere(speakers, rooms, 0);
  await sayEverywhere(speakers, rooms, 100_000);
  const long = await makeRoom(speakers, "long");
  await talk(speakers, long, { first: 0, count: LONG });
  note(`${ROOMS} rooms and one of ${LONG} messages are there`);
  await page.addInitScript(noteRooms);
  await signIn(page, server.url, { name: "alice", password: PASSWORD });
  await sayEverywhere(speakers, rooms, 200_000);
  await encryptedRoom(server.url, { page, joins: speakers[0], name: "secret", count: ENCRYPTED });
  note(`and an encrypted one of ${ENCRYPTED}`);
  await talk(speakers, long, { first: LONG, count: 20 });
  await page.waitForTimeout(SETTLE_MS * 2);
}

async function measureStarts(page: Page, url: string): Promise<object> {
  const [starts, opens, encrypted]: [number[], number[], number[]] = [[], [], []];
  for (let turn = 0; turn < STARTS; turn += 1) {
    starts.push(await startWarm(page, url));
    await page.waitForTimeout(SETTLE_MS);
    opens.push(await page.evaluate(openRoom, "long"));
    encrypted.push(await page.evaluate(openRoom, "secret"));
  }
  note(`starts: ${list(starts)}; opens: ${list(opens)}; encrypted: ${list(encrypted)}`);
  return { startMs: at(starts, 0.5), openMs: at(opens, 0.5), openEncryptedMs: at(encrypted, 0.5) };
}

/** In turns, so that a machine that is slow for a while is slow for all of them. */
async function measureScrolling(page: Page, url: string): Promise<object> {
  const script = emptyList();
  const [empty, frames, encrypted]: [number[], number[], number[]] = [[], [], []];
  for (let turn = 0; turn < SCROLLS; turn += 1) {
    await startWarm(page, url);
    await page.waitForTimeout(SETTLE_MS);
    empty.push(...(await emptyFrames(page, script)));
    await page.evaluate(openRoom, "long");
    frames.push(...(await page.evaluate(scrollBack, FRAMES)));
    await page.evaluate(openRoom, "secret");
    encrypted.push(...(await page.evaluate(scrollBack, FRAMES)));
  }
  return { frames: shape(frames), encryptedFrames: shape(encrypted), emptyFrames: shape(empty) };
}

async function measureSwitching(page: Page, url: string): Promise<object> {
  await startWarm(page, url);
  await page.waitForTimeout(SETTLE_MS);
  await page.evaluate(openRoom, "long");
  await page.evaluate(switchRooms, 24);
  const early = await memory(page);
  const took = await page.evaluate(switchRooms, SWITCHES);
  const late = await memory(page);
  return { switchP50Ms: at(took, 0.5), switchP95Ms: at(took, 0.95), early, late };
}

function shape(frames: readonly number[]): { readonly p50Ms: number; readonly p95Ms: number; readonly maxMs: number } {
  return { p50Ms: at(frames, 0.5), p95Ms: at(frames, 0.95), maxMs: at(frames, 1) };
}

function list(values: readonly number[]): string {
  return values.map((value) => value.toFixed(0)).join(", ");
}

function text(line: Readonly<Record<string, unknown>>): string {
  const ms = (name: string): string => `${Number(line[name]).toFixed(0)} ms`;
  const mb = (name: string): string => `${Number(Object(line[name]).heapMb).toFixed(1)} MB`;
  const p95 = (name: string): string => {
    const { p95Ms, maxMs } = Object(line[name]);
    return `p95 ${Number(p95Ms).toFixed(0)} ms (longest ${Number(maxMs).toFixed(0)})`;
  };
  return [
    `${String(line["what"])}: starts warm in ${ms("startMs")} (wanted 2,000); the long room opens in ${ms("openMs")} (500), an encrypted one in ${ms("openEncryptedMs")}`,
    `  frames while scrolling: ${p95("frames")} (wanted 50), encrypted ${p95("encryptedFrames")}, an empty list ${p95("emptyFrames")}`,
    `  switching rooms: p50 ${ms("switchP50Ms")}, p95 ${ms("switchP95Ms")}; heap ${mb("early")} before ${SWITCHES} switches, ${mb("late")} after`,
  ].join("\n");
}

buildClient();
await using server = await startServer();
await using browser = await openBrowser();
const { page } = browser;
await seed(server, page);
const line = {
  what: `web, ${ROOMS} rooms and one of ${LONG} messages`,
  ...(await measureStarts(page, server.url)),
  ...(await measureScrolling(page, server.url)),
  ...(await measureSwitching(page, server.url)),
};
if (browser.complaints.length > 0) note(`the page complains: ${browser.complaints.join("; ")}`);
process.stdout.write(`${JSON.stringify({ ...line, text: text(line) })}\n`);
