import { askResolver, socketCutter } from "@causeway/enforce";
import { systemClock } from "@causeway/base";
import { createLog } from "@causeway/platform";
import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import type { Page } from "playwright-core";
import { decisionCard } from "../decision-card.ts";
import { startBind } from "../points/bind-program.ts";
import { startPointProgram } from "../points/point-program.ts";
import { programAt, programFolder, startUpstream, until } from "../points/programs.ts";
import { helloThrough, tunnelThrough } from "../points/proxy-client.ts";
import { startSampleServer, type SampleServer } from "../points/sample-server.ts";
import { startSquid } from "../points/squid-program.ts";
import { startUnbound } from "../points/unbound-program.ts";
import { proveGrant, untilProved, untilRecorded } from "../proofs.ts";
import { sampleCaller } from "../sample-caller.ts";
import { skipLoudly } from "../skip-loudly.ts";
import { hasBrowser, openBrowser } from "./browser.ts";
import { startSite, type Site } from "./guard-world.ts";

const HOST = "web.whatsapp.com";
const [DESK, OTHER] = ["127.0.0.1", "127.0.0.2"];
const KINDS = ["unbound", "bind", "squid"];
/** From the question to the end of what is granted. */
const LIFETIME_MS = 12_000;
const log = createLog({ level: "warn", clock: systemClock, write: (line) => void process.stderr.write(line) });

/** What stands around the programs; they end with it. */
interface Office {
  readonly sample: SampleServer;
  readonly site: Site;
  readonly upstream: number;
  readonly ends: AsyncDisposableStack;
}

/** A program of Debian's that obeys, as machines see it: whether it lets one through to the site. */
interface Obeying {
  readonly name: string;
  readonly lets: (from: string) => Promise<boolean>;
}

/** Writes the file of a point that enrols with a code of its own. */
async function configOf({ sample, ends }: Office, part: Readonly<Record<string, object>>): Promise<string> {
  const folder = ends.use(programFolder("point"));
  const [kind = ""] = Object.keys(part);
  const path = join(folder.path, "point.yaml");
  const own = { server: sample.server.url, directory: join(folder.path, "state"), code: await sample.invite(kind) };
  writeFileSync(path, JSON.stringify({ ...own, ...part }));
  return path;
}

function resolver(name: string, port: number): Obeying {
  const asked = { server: "127.0.0.1", port, name: HOST };
  return { name, lets: async (from) => (await askResolver({ ...asked, from })) === "allowed" };
}

async function unbound(office: Office): Promise<Obeying> {
  const { ends, upstream } = office;
  const folder = ends.use(programFolder("unbound"));
  const { control, file, port } = ends.use(
    await startUnbound({ program: programAt("unbound") ?? "", folder, upstream }),
  );
  const config = await configOf(office, { unbound: { control, file, resolver: { port } } });
  ends.use(startPointProgram("unbound", config));
  return resolver("Unbound", port);
}

async function bind(office: Office): Promise<Obeying> {
  const { ends, upstream } = office;
  const folder = ends.use(programFolder("bind"));
  const { file, copies, rndc, port } = ends.use(
    await startBind({ program: programAt("named") ?? "", folder, upstream }),
  );
  const part = { file, copies, rndc, resolver: { port }, primary: { port: 0 } };
  ends.use(startPointProgram("bind", await configOf(office, { bind: part })));
  return resolver("BIND", port);
}

async function squid(office: Office): Promise<Obeying & { readonly port: number }> {
  const { ends, site } = office;
  const folder = ends.use(programFolder("squid"));
  const running = await startSquid({
    ...{ program: programAt("squid") ?? "", folder, tunnelPorts: [site.port] },
    serve: async (input, output, port) => {
      const config = await configOf(office, { squid: { proxy: { port } } });
      ends.use(startPointProgram("squid-helper", config, { input, output }));
    },
  });
  ends.use(running);
  const { port } = running;
  const lets = async (from: string): Promise<boolean> => {
    const socket = await tunnelThrough({ port, from }, `${HOST}:${site.port}`);
    if (typeof socket === "number") return false;
    socket.destroy();
    return true;
  };
  return { name: "Squid", port, lets };
}

/** Whether a browser behind the proxy gets to the site. */
async function opens(page: Page, url: string): Promise<boolean> {
  const answer = await page.goto(url).catch(() => undefined); // a tunnel that is refused is an error of the network
  return answer?.ok() === true && (await page.getByRole("heading", { name: "The site /" }).isVisible());
}

/** Waits until each lets the machine through, or none; the milliseconds that it took, by name. */
async function untilEach(programs: readonly Obeying[], isOpen: boolean): Promise<ReadonlyMap<string, number>> {
  const began = performance.now();
  const waiting = programs.map(async ({ name, lets }) => {
    await until(`${name} ${isOpen ? "lets it through" : "stops it"}`, async () => (await lets(DESK)) === isOpen);
    return [name, performance.now() - began] as const;
  });
  return new Map(await Promise.all(waiting));
}

function isMissing(context: TestContext): boolean {
  const missing = ["unbound", "named", "rndc", "squid", "security_file_certgen"].filter((one) => !programAt(one));
  if (missing.length > 0) skipLoudly(context, `the whole way with resolvers and Squid; missing: ${missing.join(", ")}`);
  return missing.length > 0;
}

describe("the whole way with Unbound, BIND and Squid in the path", { skip: !hasBrowser() }, () => {
  test("blocked, asked, approved by a tap in a Matrix client, obeyed by each, over, blocked, and all of it proved", async (t) => {
    if (isMissing(t)) return;
    await using ends = new AsyncDisposableStack();
    const [keys, upstream] = [ends.use(programFolder("site")), ends.use(await startUpstream())];
    const site = ends.use(await startSite(keys.path));
    const sample = ends.use(await startSampleServer());
    const { server } = sample;
    await sample.addMachine(DESK, "PGD");
    const office = { sample, site, upstream: upstream.port, ends };
    const programs = await Promise.all([unbound(office), bind(office), squid(office)]);
    const [, , proxy] = programs;
    const [security, officer, head, auditor] = [
      await sampleCaller(server, "poon.manhin"),
      await sampleCaller(server, "chan.taiman"),
      await sampleCaller(server, "lee.wailing"),
      await sampleCaller(server, "lai.sauhan"),
    ];
    const browser = ends.use(await openBrowser({ proxy: `127.0.0.1:${proxy.port}` }));
    const url = `https://${HOST}:${site.port}/`;
    await untilProved(security, KINDS);
    await untilEach(programs, false);
    assert.equal(await opens(browser.page, url), false);
    assert.equal(site.connections(), 0, "nothing has got there");

    const over = Date.now() + LIFETIME_MS;
    const wish = { need: "Photos of a fallen tree", label: "unclassified", until: over, url: `https://${HOST}/` };
    const { request_id: request } = await officer.post("/access/requests", wish);
    const card = await decisionCard(head, String(request));
    const tapped = card.react("✅");
    const took = await untilEach(programs, true);
    await tapped;
    for (const [name, ms] of took) {
      process.stdout.write(`whole way: ${name} obeyed ${ms.toFixed(0)} ms after the Head's tap\n`);
      assert.ok(ms < 5000, `${name}: ${ms.toFixed(0)} ms`);
    }
    assert.equal(await opens(browser.page, url), true);
    for (const { name, lets } of programs) assert.equal(await lets(OTHER), false, `${name}: that machine alone`);
    const tunnel = await tunnelThrough({ port: proxy.port, from: DESK }, `${HOST}:${site.port}`);
    assert.ok(typeof tunnel === "object");
    assert.notEqual(await helloThrough(tunnel, HOST), "cut");
    const open = await untilProved(security, KINDS);
    const { grant } = await head.get(`/access/requests/${String(request)}`);
    const { grant_id: id } = Object(grant);

    if (await socketCutter(["ss"], log).canCut()) await once(tunnel, "close");
    else skipLoudly(t, "cutting tunnels; `ss -K` needs CAP_NET_ADMIN");
    await untilEach(programs, false);
    assert.ok(Date.now() >= over - 100, "not before its end");
    const before = site.connections();
    assert.equal(await opens(browser.page, url), false);
    assert.equal(site.connections(), before);
    await untilRecorded(auditor, id, "grant.lapsed");
    const { points } = await untilProved(security, KINDS, open);
    assert.deepEqual(browser.complaints, []);
    const acts = ["grant.began", "grant.lapsed"];
    await proveGrant(server, auditor, { request: String(request), grant: id, acts, points });
  });
});
