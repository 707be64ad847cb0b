import { connect } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

/** What this is told: where the feed is, and the tokens of the points that connect. */
interface Task {
  readonly host: string;
  readonly port: number;
  readonly tokens: readonly string[];
  readonly since: number;
}

const task: Task = workerData;
let connected = 0;

function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Connects one point, and says when it had the whole of a version. */
function follow(token: string): void {
  const socket = connect({ host: task.host, port: task.port });
  let held = "";
  let isIn = false;
  socket.setNoDelay(true);
  socket.write(
    `GET /causeway/v1/policy/stream HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${token}\r\nLast-Event-ID: ${task.since}\r\n\r\n`,
  );
  socket.on("data", (chunk: Buffer) => {
    held += chunk.toString("latin1");
    const end = held.lastIndexOf("\n\n");
    if (end < 0) return;
    const at = now();
    for (const [, id] of held.slice(0, end).matchAll(/id: ([0-9]+)\nevent: policy/g))
      parentPort?.postMessage({ version: Number(id), at });
    held = held.slice(end + 2);
    if (isIn) return;
    isIn = true;
    connected += 1;
    if (connected === task.tokens.length) parentPort?.postMessage({ connected });
  });
  socket.on("error", () => socket.destroy());
}

for (const token of task.tokens) follow(token);
