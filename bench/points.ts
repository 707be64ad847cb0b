import { systemClock } from "@causeway/base";
import {
  askProxy,
  askResolver,
  BindPoint,
  createZones,
  defaultHistory,
  openZoneFile,
  SquidHelper,
  startPrimary,
  UnboundPoint,
  type DnsFound,
} from "@causeway/enforce";
import { createLog } from "@causeway/platform";
import type { PolicyDocument } from "@causeway/policy";
import { join } from "node:path";
import { startBind } from "../tests/points/bind-program.ts";
import { testGrant, testPolicy, testSource, type TestSource } from "../tests/points/policy.ts";
import { programAt, programFolder, startUpstream } from "../tests/points/programs.ts";
import { startSquid } from "../tests/points/squid-program.ts";
import { startUnbound } from "../tests/points/unbound-program.ts";
import type { BenchPart } from "./parts.ts";
import { decisionTimes } from "./points-connected.ts";

const DESK = "127.0.0.11";
const NAME = "web.whatsapp.com";
const PATIENCE_MS = 10_000;
const log = createLog({ level: "error", clock: systemClock, write: (line) => void process.stderr.write(line) });

/** What one kind of change took, in milliseconds, seen from outside. */
interface Measured {
  readonly what: string;
  readonly changes: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** From the push of a version until somebody who asks the program sees it. */
async function obeyed(push: () => void, ask: () => Promise<DnsFound>, expected: DnsFound): Promise<number> {
  const began = performance.now();
  push();
  while ((await ask()) !== expected)
    if (performance.now() - began > PATIENCE_MS) throw new Error("a change was not obeyed");
  return performance.now() - began;
}

function summed(what: string, times: readonly number[]): Measured {
  const sorted = times.toSorted((left, right) => left - right);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  const rounded = (ms: number): number => Math.round(ms * 10) / 10;
  return { what, changes: times.length, p50: rounded(at(0.5)), p99: rounded(at(0.99)), max: rounded(at(1)) };
}

/** A grant for one machine that comes and goes. */
async function grants(source: TestSource, ask: () => Promise<DnsFound>, changes: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let at = 0; at < changes; at += 1) {
    const isOpen = at % 2 === 0;
    const push = (): void => source.set({ grants: isOpen ? [testGrant({ id: `gr_${at}` })] : [] });
    times.push(await obeyed(push, ask, isOpen ? "allowed" : "blocked"));
  }
  return times;
}

/** Names that no policy had before are blocked. */
async function newNames(
  source: TestSource,
  ask: (name: string) => Promise<DnsFound>,
  changes: number,
): Promise<readonly number[]> {
  const times: number[] = [];
  const { services } = testPolicy();
  const [first] = services;
  for (let at = 0; first !== undefined && at < changes; at += 1) {
    const host = `new-${at}.example`;
    const service = { ...first, id: "new", exempt: [], hosts: [{ kind: "suffix", host } as const] };
    times.push(
      await obeyed(
        () => source.set({ services: [...services, service] }),
        () => ask(host),
        "blocked",
      ),
    );
  }
  return times;
}

/** A machine becomes a designated one and a desktop again. */
async function profiles(source: TestSource, ask: () => Promise<DnsFound>, changes: number): Promise<readonly number[]> {
  const times: number[] = [];
  const machines = (isOpen: boolean): PolicyDocument["machines"] =>
    testPolicy().machines.map((one) =>
      one.addresses.includes(DESK) ? { ...one, class: isOpen ? "designated-machine" : "internal-desktop" } : one,
    );
  for (let at = 0; at < changes; at += 1) {
    const isOpen = at % 2 === 0;
    const push = (): void => source.set({ machines: machines(isOpen) });
    times.push(await obeyed(push, ask, isOpen ? "allowed" : "blocked"));
  }
  return times;
}

async function unbound(changes: number): Promise<readonly Measured[]> {
  const program = programAt("unbound");
  if (program === undefined) return [];
  using folder = programFolder("unbound");
  await using upstream = await startUpstream();
  await using running = await startUnbound({ program, folder, upstream: upstream.port });
  const source = testSource();
  const resolver = { server: "127.0.0.1", port: running.port };
  const { control, file } = running;
  await using point = new UnboundPoint({ source, clock: systemClock, log, control, file, resolver });
  await point.settled();
  const ask = (name: string) => (): Promise<DnsFound> => askResolver({ ...resolver, from: DESK, name });
  return [
    summed("Unbound, a grant", await grants(source, ask(NAME), changes)),
    summed("Unbound, a new name", await newNames(source, (name) => ask(name)(), changes)),
  ];
}

async function bind(changes: number): Promise<readonly Measured[]> {
  const program = programAt("named");
  if (program === undefined || programAt("rndc") === undefined) return [];
  using folder = programFolder("bind");
  using own = programFolder("point");
  await using upstream = await startUpstream();
  await using running = await startBind({ program, folder, upstream: upstream.port });
  using journal = openZoneFile(join(own.path, "zones.journal"), defaultHistory);
  const zones = createZones({ file: journal, clock: systemClock, limits: defaultHistory });
  await using primary = await startPrimary({ zones, clock: systemClock, host: "127.0.0.1", port: 0, needsKey: true });
  const source = testSource();
  const resolver = { server: "127.0.0.1", port: running.port };
  const { file, copies, rndc } = running;
  await using point = new BindPoint({
    ...{ source, clock: systemClock, log, zones, primary, primaryAddress: "127.0.0.1", resolver },
    ...{ secret: Buffer.from("of a measurement"), file, folder: copies, rndc },
  });
  await point.settled();
  const ask = (name: string) => (): Promise<DnsFound> => askResolver({ ...resolver, from: DESK, name });
  return [
    summed("BIND, a grant", await grants(source, ask(NAME), changes)),
    summed("BIND, a new name", await newNames(source, (name) => ask(name)(), changes)),
    summed("BIND, another profile", await profiles(source, ask(NAME), changes)),
  ];
}

async function squid(changes: number): Promise<readonly Measured[]> {
  const program = programAt("squid");
  if (program === undefined || programAt("security_file_certgen") === undefined) return [];
  using folder = programFolder("squid");
  const source = testSource();
  using helper = new SquidHelper({ source, log });
  await using running = await startSquid({
    ...{ program, folder, tunnelPorts: [443] },
    serve: (input, output) => helper.serve(input, output),
  });
  const ask = (): Promise<DnsFound> => askProxy({ server: "127.0.0.1", port: running.port, from: DESK, host: NAME });
  // The first question waits for Squid to start its helper.
  await ask();
  return [summed("Squid, a grant", await grants(source, ask, changes))];
}

function rowOf({ what, p50, p99, max, changes }: Measured): string {
  const figure = (ms: number): string => `${ms.toFixed(1).padStart(7)} ms`;
  return `${what.padEnd(32)} p50 ${figure(p50)}   p99 ${figure(p99)}   max ${figure(max)}   (${changes})`;
}

/** How long points take to obey: from a decision with a thousand of them connected; and programs beside a point, from the push of a version. */
export const pointsPart: BenchPart = {
  name: "points",
  run: async ({ isQuick }) => {
    const changes = isQuick ? 20 : 200;
    const decided = [...(await decisionTimes(changes))].map(([what, times]) => summed(what, times));
    const pushed = [...(await unbound(changes)), ...(await bind(changes)), ...(await squid(changes))];
    const missing = ["unbound", "named", "squid"].filter((name) => programAt(name) === undefined);
    const notes = missing.length === 0 ? [] : [`NOT MEASURED, not installed: ${missing.join(", ")}`];
    return {
      text: [
        "from the sending of a decision to obedience, 1,000 points connected:",
        ...decided.map(rowOf),
        "from push to obedience, seen by who asks:",
        ...pushed.map(rowOf),
        ...notes,
      ].join("\n"),
      line: { kind: "points", decided, measured: pushed },
    };
  },
};
