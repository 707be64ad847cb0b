import { systemClock } from "@causeway/base";
import { socketCutter } from "@causeway/enforce";
import { createLog } from "@causeway/platform";
import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import { decisionCard } from "../decision-card.ts";
import {
  missingPrograms,
  OFFICE_HOST as HOST,
  officeBind,
  officeSquid,
  officeUnbound,
  type Obeying,
} from "../points/office.ts";
import { programAt, programFolder, startUpstream, until } from "../points/programs.ts";
import { helloThrough, tunnelThrough } from "../points/proxy-client.ts";
import { startSampleServer } from "../points/sample-server.ts";
import { proveGrant, untilProved, untilRecorded } from "../proofs.ts";
import { sampleCaller } from "../sample-caller.ts";
import { skipLoudly } from "../skip-loudly.ts";
import { hasBrowser, openBrowser } from "./browser.ts";
import { startSite } from "./guard-world.ts";

const [DESK, OTHER] = ["127.0.0.1", "127.0.0.2"];
const KINDS = ["unbound", "bind", "squid"];
/** From the question to the end of what is granted. */
const LIFETIME_MS = 12_000;
const log = createLog({ level: "warn", clock: systemClock, write: (line) => void process.stderr.write(line) });

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

describe("the whole way with Unbound, BIND and Squid in the path", { skip: !hasBrowser() }, () => {
  test("blocked, asked, approved by a tap in a Matrix client, obeyed by each, over, blocked, and all of it proved", async (t) => {
    const missing = missingPrograms();
    if (missing.length > 0) return skipLoudly(t, `the whole way with resolvers and Squid: ${missing.join(", ")}`);
    await using ends = new AsyncDisposableStack();
    const [keys, upstream] = [ends.use(programFolder("site")), ends.use(await startUpstream())];
    const site = ends.use(await startSite(keys.path));
    const sample = ends.use(await startSampleServer());
    const { server } = sample;
    await sample.addMachine(DESK, "PGD");
    const office = { sample, site: site.port, upstream: upstream.port, ends };
    const programs = await Promise.all([
      officeUnbound(office, programAt("unbound") ?? ""),
      officeBind(office, programAt("named") ?? ""),
      officeSquid(office, programAt("squid") ?? ""),
    ]);
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
