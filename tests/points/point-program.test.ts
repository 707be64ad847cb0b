import { askResolver, type DnsFound } from "@causeway/enforce";
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { skipLoudly } from "../skip-loudly.ts";
import { startBind } from "./bind-program.ts";
import { runPointProgram, startPointProgram } from "./point-program.ts";
import { programAt, programFolder, startUpstream, until, type ProgramFolder } from "./programs.ts";
import { startSampleServer, type SampleServer } from "./sample-server.ts";
import { startUnbound } from "./unbound-program.ts";

function writeConfig(folder: ProgramFolder, config: object): string {
  const path = join(folder.path, "point.yaml");
  writeFileSync(path, JSON.stringify(config));
  return path;
}

interface PointSeen {
  readonly kind: string;
  readonly status: string;
  readonly tests: readonly { readonly target: string; readonly found: string }[];
}

async function pointsOf(sample: SampleServer): Promise<readonly PointSeen[]> {
  const answer = await sample.as("security-administrator", "GET /causeway/v1/points");
  const points: readonly PointSeen[] = JSON.parse(JSON.stringify(answer["points"]));
  return points;
}

/** Blocked at first; opened and closed by what the server says; still closed without the server; and shown as what it is. */
async function follows(
  kind: "unbound" | "bind",
  of: { readonly sample: SampleServer; readonly config: string; readonly ask: (from: string) => Promise<DnsFound> },
): Promise<void> {
  const { sample, config, ask } = of;
  const id = await sample.addMachine("127.0.0.41");
  const classify = async (kindOfMachine: string): Promise<void> => {
    const path = `PUT /causeway/v1/directory/machines/${id}/class`;
    assert.equal((await sample.as("security-administrator", path, { class: kindOfMachine }))["status"], 200);
  };
  await using point = startPointProgram(kind, config);
  const becomes = async (found: DnsFound): Promise<void> => {
    await until(`it is ${found}; ${point.said()}`, async () => (await ask("127.0.0.41")) === found);
  };
  await becomes("blocked");
  await classify("designated-machine");
  await becomes("allowed");
  assert.equal(await ask("127.0.0.42"), "blocked");
  await until("the point is shown as enforcing", async () => {
    const seen = (await pointsOf(sample)).find((one) => one.kind === kind);
    return seen?.status === "enforcing" && seen.tests.some(({ found }) => found === "blocked");
  });
  await classify("internal-desktop");
  await becomes("blocked");
  await classify("designated-machine");
  await becomes("allowed");
  await sample.server.stop();
  assert.equal(await ask("127.0.0.42"), "blocked");
  point.child.kill("SIGTERM");
  await until("the point ends", () => point.child.exitCode !== null);
  assert.equal(point.child.exitCode, 0, point.said());
}

test("causeway-point unbound: enrols, makes Unbound obey, and proves it to the server", async (context) => {
  const program = programAt("unbound");
  if (program === undefined) return skipLoudly(context, "Unbound; install Debian's `unbound`");
  using folder = programFolder("unbound");
  using own = programFolder("point");
  await using upstream = await startUpstream();
  await using unbound = await startUnbound({ program, folder, upstream: upstream.port });
  await using sample = await startSampleServer();
  const { control, file, port } = unbound;
  const config = writeConfig(own, {
    ...{ server: sample.server.url, directory: join(own.path, "state"), code: await sample.invite("unbound") },
    unbound: { control, file, resolver: { port } },
  });
  const ask = (from: string): Promise<DnsFound> =>
    askResolver({ server: "127.0.0.1", port, from, name: "web.whatsapp.com" });
  await follows("unbound", { sample, config, ask });
  assert.equal(statSync(join(own.path, "state", "point.json")).mode & 0o077, 0);
  assert.ok(!readFileSync(file, "utf8").includes("web.whatsapp.com"));
});

test("causeway-point bind: enrols, makes BIND obey, and proves it to the server", async (context) => {
  const program = programAt("named");
  if (program === undefined || programAt("rndc") === undefined)
    return skipLoudly(context, "BIND; install Debian's `bind9`");
  using folder = programFolder("bind");
  using own = programFolder("point");
  await using upstream = await startUpstream();
  await using bind = await startBind({ program, folder, upstream: upstream.port });
  await using sample = await startSampleServer();
  const { file, copies, rndc, port } = bind;
  const http = { address: "127.0.0.1", port: 0 };
  const config = writeConfig(own, {
    ...{ server: sample.server.url, directory: join(own.path, "state"), code: await sample.invite("bind") },
    bind: { file, copies, rndc, resolver: { port }, primary: { port: 0 }, others: { http, services: true } },
  });
  const ask = (from: string): Promise<DnsFound> =>
    askResolver({ server: "127.0.0.1", port, from, name: "web.whatsapp.com" });
  await follows("bind", { sample, config, ask });
});

test("causeway-point squid-helper: one that has never had a policy refuses what the product refuses", async () => {
  const folder = mkdtempSync(join(tmpdir(), "point-"));
  try {
    const config = join(folder, "point.yaml");
    writeFileSync(config, `server: http://127.0.0.1:1\ndirectory: ${folder}/state\ncode: AAAA-BBBB\n`);
    const asked = [
      "1 10.0.0.1 5 web.whatsapp.com - -",
      "2 10.0.0.1 5 WEB.WHATSAPP.COM. - -",
      "3 10.0.0.1 5 a.example - -",
    ];
    const questions = [
      ...asked,
      "4 10.0.0.1 5 a.example web.whatsapp.com -",
      "5 10.0.0.1 5 192.0.2.1 - -",
      "6 nonsense",
    ];
    const { code, out } = await runPointProgram(["squid-helper", "--config", config], `${questions.join("\n")}\n`);
    const answers = out.split("\n").map((line) => line.split(" ").slice(0, 2).join(" "));
    assert.deepEqual(answers, ["1 ERR", "2 ERR", "3 OK", "4 ERR", "5 ERR", "6 BH", ""]);
    assert.equal(code, 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("causeway-point: every fault of its file is told, and what it is to do must be said", async () => {
  const folder = mkdtempSync(join(tmpdir(), "point-"));
  try {
    const config = join(folder, "point.yaml");
    writeFileSync(
      config,
      "server: nowhere\nunbound: { control: run/unbound.ctl, resolver: { port: 70000 } }\nextra: 1\n",
    );
    const bad = await runPointProgram(["unbound", "--config", config]);
    assert.equal(bad.code, 2);
    for (const word of ["server", "unbound.control", "unbound.resolver.port", "extra"])
      assert.ok(bad.err.includes(word));
    for (const args of [["unbound"], ["resolver", "--config", config]])
      assert.equal((await runPointProgram(args)).code, 2, args.join(" "));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
