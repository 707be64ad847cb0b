import { instant, systemClock } from "@causeway/base";
import { askResolver, UnboundPoint, type DnsFound } from "@causeway/enforce";
import { createLog } from "@causeway/platform";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { skipLoudly } from "../skip-loudly.ts";
import { testGrant, testPolicy, testSource, type TestSource } from "./policy.ts";
import { programAt, programFolder, startUpstream, until } from "./programs.ts";
import { startUnbound, type TestUnbound } from "./unbound-program.ts";

const log = createLog({ level: "warn", clock: systemClock, write: (line) => void process.stderr.write(line) });

interface World {
  readonly unbound: TestUnbound;
  readonly source: TestSource;
  readonly point: UnboundPoint;
  /** Asks as the machine of an address would. */
  readonly as: (from: string, name: string) => Promise<DnsFound>;
}

async function withUnbound(context: TestContext, work: (world: World) => Promise<void>): Promise<void> {
  const program = programAt("unbound");
  if (program === undefined) return skipLoudly(context, "Unbound; install Debian's `unbound`");
  using folder = programFolder("unbound");
  await using upstream = await startUpstream();
  await using unbound = await startUnbound({ program, folder, upstream: upstream.port });
  const source = testSource();
  const resolver = { server: "127.0.0.1", port: unbound.port };
  const { control, file } = unbound;
  await using point = new UnboundPoint({ source, clock: systemClock, log, control, file, resolver, checkMs: 50 });
  await point.settled();
  await work({ unbound, source, point, as: (from, name) => askResolver({ ...resolver, from, name }) });
}

const [DESK_ONE, DESK_TWO, PHONE, STRANGER] = ["127.0.0.11", "127.0.0.12", "127.0.0.13", "127.0.0.99"];

test("Unbound: what is blocked is blocked for every spelling, and nothing else is", async (context) => {
  await withUnbound(context, async ({ as }) => {
    for (const from of [DESK_ONE, STRANGER]) {
      for (const name of ["whatsapp.com", "web.whatsapp.com", "WEB.WhatsApp.COM", "web.whatsapp.com.", "wx.qq.com"])
        assert.equal(await as(from, name), "blocked", `${name} from ${from}`);
      for (const name of ["www.xn--bcher-kva.example", "a.b.weixin.qq.com", "media.cdn.whatsapp.net"])
        assert.equal(await as(from, name), "blocked", `${name} from ${from}`);
      for (const name of [
        "notwhatsapp.com",
        "whatsapp.com.evil.example",
        "status.whatsapp.com",
        "qq.com",
        "a.wx.qq.com",
      ])
        assert.equal(await as(from, name), "allowed", `${name} from ${from}`);
    }
    assert.equal(await as(PHONE, "web.whatsapp.com"), "allowed", "personal devices are outside the ban");
  });
});

test("Unbound: a grant opens one service for one machine without a reload, and its end closes it", async (context) => {
  await withUnbound(context, async ({ source, point, as, unbound }) => {
    const before = readFileSync(unbound.file, "utf8");
    source.set({ grants: [testGrant()] });
    await point.settled();
    assert.equal(await as(DESK_ONE, "web.whatsapp.com"), "allowed");
    assert.equal(await as(DESK_ONE, "drive.google.com"), "blocked", "that service alone");
    assert.equal(await as(DESK_TWO, "web.whatsapp.com"), "blocked", "that machine alone");
    assert.equal(await as(STRANGER, "web.whatsapp.com"), "blocked");
    assert.equal(readFileSync(unbound.file, "utf8"), before, "the file opens nothing that ends");
    const { tests = [] } = source.reports.at(-1) ?? {};
    assert.deepEqual(
      tests.map(({ expected, found }) => [expected, found]),
      [
        ["allowed", "allowed"],
        ["blocked", "blocked"],
      ],
    );
    source.set({ grants: [testGrant({ ends: instant(Date.now() + 300) })] });
    await until("the grant is over", async () => (await as(DESK_ONE, "web.whatsapp.com")) === "blocked");
    source.set({ grants: [testGrant()] });
    await point.settled();
    assert.equal(await as(DESK_ONE, "web.whatsapp.com"), "allowed");
    source.set({ grants: [] });
    await point.settled();
    assert.equal(await as(DESK_ONE, "web.whatsapp.com"), "blocked", "revoked");
  });
});

test("Unbound: one that was started anew is closed first, and then told everything again", async (context) => {
  await withUnbound(context, async ({ source, point, as, unbound }) => {
    source.set({ grants: [testGrant()] });
    await point.settled();
    await unbound.restart();
    assert.equal(await as(DESK_TWO, "web.whatsapp.com"), "blocked");
    await until("it is told again", async () => (await as(DESK_ONE, "web.whatsapp.com")) === "allowed");
    await point.settled();
    assert.equal(await as(DESK_ONE, "drive.google.com"), "blocked");
  });
});

test("Unbound: new machines, addresses that nobody registered, sites, and new services are obeyed while it runs", async (context) => {
  await withUnbound(context, async ({ source, point, as }) => {
    const { machines, services } = testPolicy();
    source.set({ machines: [...machines, { id: "ma_new", class: "designated-machine", addresses: ["127.0.0.50"] }] });
    await point.settled();
    assert.equal(await as("127.0.0.50", "web.whatsapp.com"), "allowed");
    const site = { kind: "exact", host: "web.whatsapp.com" } as const;
    source.set({ grants: [testGrant({ machines: ["addr:127.0.0.77", "ma_desk-two"], services: [], sites: [site] })] });
    await point.settled();
    for (const from of ["127.0.0.77", DESK_TWO]) {
      assert.equal(await as(from, "web.whatsapp.com"), "allowed");
      assert.equal(await as(from, "whatsapp.com"), "blocked");
    }
    const [first] = services;
    assert.ok(first !== undefined);
    const signal = { ...first, id: "signal", exempt: [], hosts: [{ kind: "suffix", host: "signal.org" } as const] };
    source.set({ services: [...services, signal] });
    await point.settled();
    for (const from of [DESK_ONE, STRANGER, "127.0.0.77"]) assert.equal(await as(from, "chat.signal.org"), "blocked");
    source.set({ observe: { everywhere: true, departments: [] } });
    await point.settled();
    assert.equal(await as(STRANGER, "web.whatsapp.com"), "allowed", "observed only");
  });
});

test("Unbound: while it is down the point says so, and goes on when it is back", async (context) => {
  await withUnbound(context, async ({ source, unbound, as }) => {
    const restarted = unbound.restart();
    source.set({ grants: [testGrant()] });
    await restarted;
    await until("it obeys", async () => (await as(DESK_ONE, "web.whatsapp.com")) === "allowed");
  });
});
