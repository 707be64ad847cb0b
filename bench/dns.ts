import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, median, outputOf, pause, programAt, startPart, type Listener } from "./processes.ts";
import type { BenchPart } from "./parts.ts";

const CLIENTS = 8;
const KINDS = ["mixed", "blocked"] as const;
/** What the product promises of Unbound's figure. */
const PROMISED = { mixed: 0.25, blocked: 0.55 } as const;
/** As in the measurements of this product's design: two of five names are blocked. */
const NAMES = {
  mixed: ["web.whatsapp.com", "www.example.test", "mail.example.test", "site7.blocked.test", "news.example.test"],
  blocked: ["web.whatsapp.com", "www.whatsapp.com", "site7.blocked.test", "a.site9.blocked.test"],
} as const;
const HOSTS = 50_000;

/** Starts Unbound with the same names blocked by a response-policy zone, asking the same resolver for the rest. */
async function startUnbound(program: string, directory: string, upstream: number): Promise<Listener> {
  const port = await freePort();
  const at = (name: string): string => join(directory, name);
  const blocked = ["whatsapp.com", ...Array.from({ length: HOSTS }, (_, index) => `site${index}.blocked.test`)];
  const zone = ["@ 3600 SOA ns. ops. 1 3600 600 86400 5", "@ NS ns."];
  for (const name of blocked) zone.push(`${name} CNAME .`, `*.${name} CNAME .`);
  writeFileSync(at("rpz.zone"), `$ORIGIN rpz.bench.\n$TTL 60\n${zone.join("\n")}\n`);
  writeFileSync(
    at("unbound.conf"),
    `server:
  directory: "${directory}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  verbosity: 0
  interface: 127.0.0.1
  port: ${port}
  num-threads: 1
  do-not-query-localhost: no
  module-config: "respip iterator"
  access-control: 127.0.0.0/8 allow
rpz:
  name: rpz.bench
  zonefile: "${at("rpz.zone")}"
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@${upstream}
`,
  );
  chmodSync(directory, 0o777);
  const child = spawn(program, ["-d", "-c", at("unbound.conf")], { stdio: "ignore" });
  await pause(2000);
  if (child.exitCode !== null) throw new Error("Unbound did not start");
  return { port, child, [Symbol.dispose]: () => void child.kill() };
}

interface DnsFigures {
  readonly kind: (typeof KINDS)[number];
  readonly ours: number;
  readonly unbound: number;
  readonly share: number;
}

/** Queries answered in a second: the embedded filter beside Unbound, one process each, the same load in turns. */
async function measureDns(isQuick: boolean): Promise<readonly DnsFigures[] | undefined> {
  const [unbound, dnsperf] = [programAt("/usr/sbin/unbound"), programAt("/usr/bin/dnsperf")];
  if (unbound === undefined || dnsperf === undefined) return undefined;
  const directory = mkdtempSync(join(tmpdir(), "causeway-unbound-"));
  try {
    using resolver = await startPart("resolver");
    using ours = await startPart("dns", `127.0.0.1:${resolver.port}`);
    using theirs = await startUnbound(unbound, directory, resolver.port);
    const found: DnsFigures[] = [];
    for (const kind of KINDS) {
      const names = join(directory, kind);
      writeFileSync(names, NAMES[kind].map((name) => `${name} A\n`).join(""));
      const run = async (port: number): Promise<number> => {
        const seconds = String(isQuick ? 2 : 5);
        const args = ["-s", "127.0.0.1", "-p", String(port), "-d", names, "-l", seconds, "-c", String(CLIENTS)];
        const text = await outputOf(dnsperf, args);
        return Math.round(Number(/Queries per second:\s+([0-9.]+)/.exec(text)?.[1]));
      };
      const rounds: { readonly ours: number; readonly unbound: number }[] = [];
      for (let round = 0; round < (isQuick ? 3 : 5); round += 1)
        rounds.push({ unbound: await run(theirs.port), ours: await run(ours.port) });
      found.push({
        kind,
        ours: median(rounds.map((one) => one.ours)),
        unbound: median(rounds.map((one) => one.unbound)),
        share: median(rounds.map((one) => one.ours / one.unbound)),
      });
    }
    return found;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The embedded DNS filter. */
export const dnsPart: BenchPart = {
  name: "dns",
  run: async ({ isQuick }) => {
    const found = await measureDns(isQuick);
    if (found === undefined)
      return { text: "*** NOT TRIED: DNS beside Unbound (Debian: unbound, dnsperf) ***", line: { what: "dns" } };
    const text = found.map(
      ({ kind, ours, unbound, share }) =>
        `DNS, ${kind.padEnd(8)} ${ours} queries/s, Unbound ${unbound}/s: ${share.toFixed(2)} × (wanted ${PROMISED[kind]})`,
    );
    return { text: text.join("\n"), line: { what: "dns", figures: found } };
  },
};
