import { Agent, request } from "node:http";

/** What the load process is told, as JSON in its first argument. */
export interface LoadTask {
  readonly url: string;
  readonly seconds: number;
  /** Sends at the same time; or, with `perSecond`, at that rate. */
  readonly callers: number;
  readonly perSecond?: number;
  /** For the floor: none. For the server: who sends and who listens in which room. */
  readonly room?: { readonly id: string; readonly senders: readonly string[]; readonly listeners: readonly string[] };
}

/** What it measured, as JSON on its output: milliseconds from send to another client's /sync. */
export interface LoadResult {
  readonly sent: number;
  readonly perSecond: number;
  /** Answers that the listeners got. */
  readonly syncs: number;
  readonly latencies: readonly number[];
}

const task: LoadTask = JSON.parse(process.argv[2] ?? "");
const agent = new Agent({ keepAlive: true, maxSockets: 2000 });
const target = new URL(task.url);
const BODY = JSON.stringify({ msgtype: "m.text", body: "x".repeat(700) });
/** A message's JSON up to when it was sent: what does not change is written once, as for the floor. */
const MESSAGE = `${BODY.slice(0, -1)},"sent":`;
/** So much of an answer holds its token. */
const HEAD_BYTES = 256;

function call(
  method: string,
  path: string,
  options: { readonly token?: string; readonly body?: string; readonly headOnly?: boolean },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
    const sending = request({ agent, host: target.hostname, port: target.port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => {
        if (options.headOnly !== true || chunks.length === 0) chunks.push(chunk);
      });
      response.on("end", () => {
        const whole = Buffer.concat(chunks);
        const text = (options.headOnly === true ? whole.subarray(0, HEAD_BYTES) : whole).toString();
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${method} ${path.slice(0, 60)}: ${response.statusCode} ${text.slice(0, 200)}`));
      });
    });
    sending.once("error", reject);
    sending.end(options.body);
  });
}

const latencies: number[] = [];
let stopped = false;
let syncs = 0;
/** The wall clock when measuring begins. */
let countFrom = Number.POSITIVE_INFINITY;

/** Syncs without end; of what the others get only the head is looked at, so that the load is not the bottleneck. The first listener times how long each event took from its send. */
async function listen(token: string, isTimed: boolean): Promise<void> {
  const filter = encodeURIComponent(
    JSON.stringify({
      room: { timeline: { limit: 100 }, state: { lazy_load_members: true } },
      presence: { not_types: ["*"] },
    }),
  );
  let since =
    /"next_batch":"([^"]+)"/.exec(await call("GET", `/_matrix/client/v3/sync?filter=${filter}`, { token }))?.[1] ?? "";
  while (!stopped) {
    const text = await call("GET", `/_matrix/client/v3/sync?timeout=1000&since=${since}&filter=${filter}`, {
      token,
      headOnly: !isTimed,
    });
    since = /"next_batch":"([^"]+)"/.exec(text)?.[1] ?? since;
    syncs += 1;
    if (!isTimed) continue;
    const now = Date.now();
    for (const match of text.matchAll(/"sent":(\d+)/g)) {
      if (Number(match[1]) >= countFrom) latencies.push(now - Number(match[1]));
    }
  }
}

let counter = 0;
const sendPath = `/_matrix/client/v3/rooms/${encodeURIComponent(task.room?.id ?? "")}/send/m.room.message/`;

function send(): Promise<string> {
  counter += 1;
  const { room } = task;
  if (room === undefined) return call("POST", "/", { body: BODY });
  const token = room.senders[counter % room.senders.length] ?? "";
  return call("PUT", `${sendPath}${process.pid}-${counter}`, { token, body: `${MESSAGE}${Date.now()}}` });
}

async function main(): Promise<void> {
  const listening = (task.room?.listeners ?? []).map((token, index) => listen(token, index === 0));
  // The first second and the code that runs for the first time in it do not count.
  const started = performance.now() + 1000;
  countFrom = Date.now() + 1000;
  const until = started + task.seconds * 1000;
  let sent = 0;
  const { perSecond } = task;
  const caller = async (index: number): Promise<void> => {
    let next = performance.now() + (perSecond === undefined ? 0 : (index * 1000) / perSecond);
    while (performance.now() < until) {
      if (perSecond !== undefined) {
        const waitMs = next - performance.now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        next += (task.callers * 1000) / perSecond;
      }
      await send();
      if (performance.now() >= started) sent += 1;
    }
  };
  await Promise.all(Array.from({ length: task.callers }, (_, index) => caller(index)));
  const rate = sent / ((performance.now() - started) / 1000);
  await new Promise((resolve) => setTimeout(resolve, 500));
  stopped = true;
  await Promise.all(listening);
  const result: LoadResult = { sent, perSecond: rate, syncs, latencies };
  // A pipe takes only so much at once: what is not yet written when a process exits is lost.
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

await main();
