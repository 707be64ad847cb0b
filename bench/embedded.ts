import { instant } from "@causeway/base";
import { createDns, createProxy, type EmbeddedSource } from "@causeway/enforce";
import { compilePolicy, decide, machineOfAddress, type PolicyDocument, type PolicyService } from "@causeway/policy";
import { createServer as createNetServer, type AddressInfo } from "node:net";
import { createSocket } from "node:dgram";
import { createInterface } from "node:readline";

/** One process of a measurement: `node embedded.ts origin|proxy|dns|resolver|squid-helper [argument]`. Prints the port that it listens on. */
const HOSTS = 50_000;
const texts = { en: "text", zhHant: "文字", zhHans: "文字" };

/** WhatsApp and as many hosts as a catalogue with its lists of resolvers may have. */
function service(id: string, hosts: PolicyService["hosts"]): PolicyService {
  return {
    ...{ id, category: "messaging", clause: "1", apps: {}, addresses: [], grantable: true, exempt: [], hosts },
    ...{ name: texts, reason: texts },
  };
}

const many = Array.from(
  { length: HOSTS },
  (_, index) => ({ kind: "suffix", host: `site${index}.blocked.test` }) as const,
);
const document: PolicyDocument = {
  ...{ format: 1, installation: "bench", version: 1, issued: instant(0), expires: instant(1e13), utcOffsetMinutes: 0 },
  ...{ addressesAllowedOn: [], observe: { everywhere: false, departments: [] }, grants: [], machines: [] },
  services: [service("whatsapp", [{ kind: "suffix", host: "whatsapp.com" }]), service("many", many)],
  rules: [{ id: "r1", category: "messaging", effect: "blocked", clause: "1" }],
};
const policy = compilePolicy(document);
const source: EmbeddedSource = {
  current: () => policy,
  now: () => instant(Date.now()),
  subscribe: () => () => undefined,
  count: () => undefined,
};
const credentials = { userOfSecret: () => undefined, machineOfToken: () => undefined };
const failed = (error: unknown): void => void process.stderr.write(`${String(error)}\n`);
const [, , role = "", argument = ""] = process.argv;

function say(port: number | string): void {
  process.stdout.write(`port ${port}\n`);
}

const BODY = "x".repeat(1024);
const ANSWER = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
);

const HANDSHAKE = 22;

/** Answers every request, and every hello of TLS, with a kilobyte, as fast as it can. */
function origin(): void {
  const server = createNetServer({ noDelay: true }, (socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (bytes: Buffer) => {
      if (bytes[0] === HANDSHAKE || bytes.includes("\r\n\r\n")) socket.write(ANSWER);
    });
  });
  server.listen(0, "127.0.0.1", () => say((server.address() as AddressInfo).port));
}

async function proxy(): Promise<void> {
  const made = createProxy({
    ...{ source, credentials, failed, resolve: () => Promise.resolve([]), own: () => undefined },
    page: () => ({ headers: "", body: Buffer.from("blocked") }),
    rules: {
      ...{ ports: [[1, 65_535]], allowedNetworks: ["127.0.0.0/8"], fixedAddresses: { "site.test": "127.0.0.1" } },
      ...{ authentication: "optional", tunnels: "tls" },
    },
    limits: {
      ...{ connections: 10_000, connectionsPerMachine: 10_000, headMs: 20_000, keepAliveMs: 60_000, connectMs: 5000 },
      ...{ idleMs: 60_000, bytesUpWithoutUpload: 1e6, closeMs: 100, wrongSecrets: 20, wrongSecretsPerMs: 60_000 },
    },
  });
  say(new URL(await made.listen({ host: "127.0.0.1", port: 0 })).port);
}

async function dns(): Promise<void> {
  const made = createDns({
    ...{ source, credentials, failed, upstreams: [argument], pageAddresses: [] },
    limits: {
      ...{ cacheEntries: 100_000, maxTtlSeconds: 60, tcpConnections: 100, tcpConnectionsPerMachine: 100 },
      ...{ tcpIdleMs: 5000, amplifiedBytesPerSecond: 1e9 },
    },
  });
  say(new URL((await made.listen({ host: "127.0.0.1", port: 0 })).replace("dns:", "http:")).port);
}

/** Says 192.0.2.1 to everything, for five minutes. */
function resolver(): void {
  const socket = createSocket("udp4");
  socket.on("message", (bytes, from) => {
    let end = 12;
    while ((bytes[end] ?? 0) !== 0) end += (bytes[end] ?? 0) + 1;
    end += 5;
    const reply = Buffer.concat([
      bytes.subarray(0, end),
      Buffer.from([192, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 192, 0, 2, 1]),
    ]);
    reply.writeUInt16BE(0x8180, 2);
    reply.writeUInt16BE(1, 6);
    reply.writeUInt32BE(0, 8);
    socket.send(reply, from.port, from.address);
  });
  socket.bind(0, "127.0.0.1", () => say(socket.address().port));
}

/** Squid's helper: the same decision, one line for each request. */
function squidHelper(): void {
  createInterface({ input: process.stdin }).on("line", (line) => {
    const [channel = "", from = "", host = ""] = line.split(" ");
    const machine = machineOfAddress(policy, from);
    const { allowed } = decide(policy, { machine, target: { kind: "host", host }, now: instant(Date.now()) });
    process.stdout.write(`${channel} ${allowed ? "OK" : "ERR"}\n`);
  });
}

const roles: Readonly<Record<string, () => void | Promise<void>>> = {
  origin,
  proxy,
  dns,
  resolver,
  "squid-helper": squidHelper,
};
await roles[role]?.();
