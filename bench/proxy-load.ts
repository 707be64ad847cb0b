import { connect } from "node:net";

/** What a load is told: `node proxy-load.ts '{…}'`; prints how many a second were answered. */
interface ProxyLoad {
  readonly port: number;
  readonly kind: "get" | "connect" | "blocked";
  readonly originPort: number;
  readonly seconds: number;
  readonly callers: number;
}

const load: ProxyLoad = JSON.parse(process.argv[2] ?? "{}");
const WARM_UP_MS = 500;
let done = 0;
let refused = 0;
let isOver = false;

/** One request after the other on a connection that stays. */
function get(host: string): void {
  const asked = Buffer.from(`GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  const socket = connect(load.port, "127.0.0.1");
  let left = 0;
  socket.setNoDelay(true);
  socket.on("error", () => undefined);
  socket.on("close", () => {
    if (!isOver) get(host);
  });
  socket.on("connect", () => socket.write(asked));
  socket.on("data", (bytes: Buffer) => {
    let rest = bytes;
    if (left === 0) {
      const head = bytes.indexOf("\r\n\r\n");
      const length = /content-length: ([0-9]+)/i.exec(bytes.toString("latin1", 0, head))?.[1];
      if (!bytes.toString("latin1", 0, 12).startsWith(`HTTP/1.1 ${load.kind === "blocked" ? "403" : "200"}`))
        refused += 1;
      left = Number(length ?? 0);
      rest = bytes.subarray(head + 4);
    }
    left -= rest.length;
    if (left > 0) return;
    left = 0;
    done += 1;
    if (!isOver) socket.write(asked);
  });
}

/** A connection, a tunnel, the end; and again. */
function tunnel(host: string): void {
  const socket = connect(load.port, "127.0.0.1");
  socket.setNoDelay(true);
  socket.on("error", () => undefined);
  socket.on("connect", () => socket.write(`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
  socket.on("data", (bytes: Buffer) => {
    if (bytes.toString("latin1", 0, 12) === "HTTP/1.1 200") done += 1;
    else refused += 1;
    socket.destroy();
  });
  socket.on("close", () => {
    if (!isOver) tunnel(host);
  });
}

const host = load.kind === "blocked" ? "web.whatsapp.com" : `site.test:${load.originPort}`;
for (let caller = 0; caller < load.callers; caller += 1) {
  if (load.kind === "connect") tunnel(host);
  else get(host);
}
setTimeout(() => {
  [done, refused] = [0, 0];
  const began = performance.now();
  setTimeout(() => {
    isOver = true;
    const seconds = (performance.now() - began) / 1000;
    process.stdout.write(JSON.stringify({ perSecond: Math.round(done / seconds), refused }));
    process.exit(0);
  }, load.seconds * 1000);
}, WARM_UP_MS);
