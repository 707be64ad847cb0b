import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import type { BenchPart } from "./parts.ts";
import { benchFile, freePort, median, outputOf, pause, programAt, startPart, type Listener } from "./processes.ts";

// The embedded proxy beside Squid with a helper that makes the same decision: one process each, the same load in turns.
const CALLERS = 50;
const KINDS = ["get", "connect", "tunnel", "blocked"] as const;
/** What the product promises of Squid's figure. */
const PROMISED = { get: 0.7, connect: 2, tunnel: undefined, blocked: undefined } as const;

/** Starts Squid as Debian ships it, caching nothing, asking the helper of every request. */
async function startSquid(program: string, directory: string): Promise<Listener> {
  const port = await freePort();
  const at = (name: string): string => join(directory, name);
  mkdirSync(at("core"));
  writeFileSync(at("hosts"), "127.0.0.1 site.test\n");
  writeFileSync(at("helper"), `#!/bin/sh\nexec ${process.execPath} ${benchFile("./embedded.ts")} squid-helper\n`);
  const lines = [
    ...[
      "pid_filename none",
      "visible_hostname bench",
      "cache deny all",
      "cache_mem 8 MB",
      "access_log none",
      "workers 1",
    ],
    ...[
      `hosts_file ${at("hosts")}`,
      `cache_log ${at("cache.log")}`,
      `coredump_dir ${at("core")}`,
      "shutdown_lifetime 0 seconds",
    ],
    ...[`http_port 127.0.0.1:${port}`, "dns_nameservers 127.0.0.1", "max_filedescriptors 8192"],
    `external_acl_type cw ttl=0 negative_ttl=0 grace=0 cache=65536 children-max=1 children-startup=1 concurrency=1000 %>a %>rd ${at("helper")}`,
    ...["acl permitted external cw", "http_access deny !permitted", "http_access allow all"],
  ];
  writeFileSync(at("squid.conf"), `${lines.join("\n")}\n`);
  for (const name of ["", "core"]) chmodSync(at(name), 0o777);
  chmodSync(at("helper"), 0o755);
  const child = spawn(program, ["-N", "-f", at("squid.conf")], { stdio: "ignore" });
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });
    if (isUp) return { port, child, [Symbol.dispose]: () => void child.kill() };
    await pause(100);
  }
  child.kill();
  throw new Error("Squid did not start");
}

interface Figures {
  readonly kind: (typeof KINDS)[number];
  readonly ours: number;
  readonly squid: number | undefined;
  readonly share: number | undefined;
}

/** The load for tunnels in C, where there is a compiler: Node's own needs more of the machine than what it measures. */
function nativeLoad(directory: string): string | undefined {
  const program = join(directory, "connect-load");
  const made = spawnSync("gcc", ["-O2", "-o", program, benchFile("./connect-load.c")], { stdio: "ignore" });
  return made.status === 0 ? program : undefined;
}

/** What a client of TLS says first, in a file. */
async function helloFile(directory: string): Promise<string> {
  const path = join(directory, "hello");
  const bytes = await new Promise<Buffer>((resolve) => {
    const wire = new Duplex({ read: () => undefined, write: (written: Buffer) => resolve(written) });
    connectTls({ socket: wire, servername: "site.test" }).on("error", () => undefined);
  });
  writeFileSync(path, bytes);
  return path;
}

function figureOf(kind: string, text: string): number {
  const { perSecond, refused }: { readonly perSecond: number; readonly refused: number } = JSON.parse(text);
  if (refused > 0) process.stderr.write(`${kind}: ${refused} were answered otherwise\n`);
  return perSecond;
}

async function measure(
  kind: Figures["kind"],
  at: {
    readonly isQuick: boolean;
    readonly native: string | undefined;
    readonly hello: string;
    readonly ours: number;
    readonly squid: number | undefined;
    readonly origin: number;
  },
): Promise<Figures> {
  const run = async (port: number): Promise<number> => {
    const seconds = at.isQuick ? 2 : 4;
    if ((kind === "connect" || kind === "tunnel") && at.native !== undefined) {
      const hello = kind === "tunnel" ? [at.hello] : [];
      const args = [String(port), `site.test:${at.origin}`, String(seconds), String(CALLERS), ...hello];
      return figureOf(kind, await outputOf(at.native, args));
    }
    const task = { port, kind, originPort: at.origin, seconds, callers: CALLERS };
    return figureOf(kind, await outputOf(process.execPath, [benchFile("./proxy-load.ts"), JSON.stringify(task)]));
  };
  const rounds: { readonly ours: number; readonly squid: number | undefined }[] = [];
  for (let round = 0; round < (at.isQuick ? 3 : 5); round += 1)
    rounds.push({ squid: at.squid === undefined ? undefined : await run(at.squid), ours: await run(at.ours) });
  const shares = rounds.flatMap(({ ours, squid }) => (squid === undefined ? [] : [ours / squid]));
  return {
    kind,
    ours: median(rounds.map(({ ours }) => ours)),
    squid: at.squid === undefined ? undefined : median(rounds.map(({ squid = 0 }) => squid)),
    share: shares.length === 0 ? undefined : median(shares),
  };
}

/** The embedded proxy beside Squid. */
export const proxyPart: BenchPart = {
  name: "proxy",
  run: async ({ isQuick }) => {
    const program = programAt("/usr/sbin/squid");
    const directory = mkdtempSync(join(tmpdir(), "causeway-squid-"));
    try {
      using origin = await startPart("origin");
      using ours = await startPart("proxy");
      using squid = program === undefined ? undefined : await startSquid(program, directory);
      const native = nativeLoad(directory);
      const hello = await helloFile(directory);
      const at = { isQuick, native, hello, ours: ours.port, squid: squid?.port, origin: origin.port };
      const figures: Figures[] = [];
      // A tunnel all the way to the site and back is measured by the load in C alone.
      for (const kind of KINDS) if (kind !== "tunnel" || native !== undefined) figures.push(await measure(kind, at));
      const missing =
        program === undefined ? ["*** NOT TRIED: Squid beside the proxy (Debian: squid-openssl) ***"] : [];
      return { text: [...missing, ...figures.map(lineOf)].join("\n"), line: { what: "proxy", figures } };
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

function lineOf({ kind, ours, squid, share }: Figures): string {
  const beside = squid === undefined ? "" : `, Squid with its helper ${squid}/s: ${share?.toFixed(2)} ×`;
  const promised = PROMISED[kind] === undefined ? "" : ` (wanted ${PROMISED[kind]})`;
  return `proxy, ${kind.padEnd(8)} ${ours}/s${beside}${promised}`;
}
