import { parentPort, workerData } from "node:worker_threads";

/** What this is told: where guards open their socket, and how many do. */
interface Task {
  readonly url: string;
  readonly guards: number;
}

const task: Task = workerData;
let connected = 0;

/** One guard: takes each policy, says that it obeys, and tells when it had it and whether anything is open by a grant. */
function guard(): void {
  const socket = new WebSocket(task.url);
  let isIn = false;
  socket.addEventListener("open", () => socket.send(JSON.stringify({ type: "hello", protocol: 1 })));
  socket.addEventListener("message", ({ data }) => {
    const { type, signed } = JSON.parse(String(data));
    if (type !== "policy") return;
    const { head, grants } = JSON.parse(signed);
    const at = performance.timeOrigin + performance.now();
    socket.send(JSON.stringify({ type: "obeys", version: head.version }));
    parentPort?.postMessage({ version: head.version, isOpen: grants.length > 0, at });
    if (isIn) return;
    isIn = true;
    connected += 1;
    if (connected === task.guards) parentPort?.postMessage({ connected });
  });
}

for (let place = 0; place < task.guards; place += 1) guard();
