import { testWorld, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { decisionCard } from "../decision-card.ts";
import { helloThrough, tunnelThrough, type Through } from "../points/proxy-client.ts";
import { proveGrant, untilProved, untilRecorded } from "../proofs.ts";
import { sampleCaller, type SampleCaller } from "../sample-caller.ts";
import { skipLoudly } from "../skip-loudly.ts";
import { buildClient, hasBrowser } from "./browser.ts";
import { buildGuard, startSite, type Site } from "./guard-world.ts";
import { canManageBrowsers, openManagedBrowser, untilGuarded } from "./managed-browser.ts";
import { samplePerson } from "./sample-people.ts";

const client = fileURLToPath(new URL("../../apps/web/dist", import.meta.url));
const BLOCKED = "https://web.whatsapp.com/";
const REFUSED = 403;
const DAY_MS = 86_400_000;
const HALF_HOUR_MS = 1_800_000;
const POINTS = ["proxy", "guard"];

/** The whole server, in this process for the sake of its clock, with its proxy, for which the site is at its own address. */
async function serverBefore(site: Site): Promise<TestWorld> {
  const addresses = { "web.whatsapp.com": `127.0.0.1:${site.port}` };
  const file = JSON.stringify({
    proxyPort: 0,
    proxy: { fixedAddresses: addresses },
    dns: { upstreams: ["127.0.0.1:9"] },
  });
  return await testWorld({ file, sample: { client } });
}

/** The policy file of the department's desktops as an administrator takes it, with the proxy that this office has. */
async function desktopPolicy(security: SampleCaller, proxy: Through): Promise<string> {
  const made: object = JSON.parse(await security.file("/enforcement/files/PGD/chrome-policy.json"));
  const proxied = { ProxyMode: "fixed_servers", ProxyServer: `127.0.0.1:${proxy.port}` };
  return JSON.stringify({ ...made, ProxySettings: proxied });
}

/** Asks as somebody does who was stopped: signs in, says why, and until tomorrow; the id of the request. */
async function askWhereStopped(desk: Page, who: { readonly name: string; readonly password: string }): Promise<string> {
  await desk.getByRole("link", { name: "Ask for authorisation" }).click();
  await desk.getByRole("textbox", { name: "Username" }).fill(who.name);
  await desk.getByRole("textbox", { name: "Password" }).fill(who.password);
  await desk.getByRole("button", { name: "Sign in", exact: true }).click();
  await desk.getByRole("textbox", { name: /What you need it for/ }).fill("Photos of a fallen tree from the contractor");
  const tomorrow = new Date(Date.now() + DAY_MS);
  const day = `${tomorrow.getFullYear()}-${String(tomorrow.getMonth() + 1).padStart(2, "0")}-${String(tomorrow.getDate()).padStart(2, "0")}`;
  await desk.getByLabel("Until").fill(day);
  await desk.getByRole("button", { name: "Send request" }).click();
  await desk.getByRole("status").filter({ hasText: "waits for a decision" }).waitFor();
  return desk.url().slice(desk.url().lastIndexOf("/") + 1);
}

/** Asks the proxy for a tunnel to the site as a machine's program would, and speaks TLS in it. */
async function reach(proxy: Through): Promise<{ readonly closed: Promise<unknown> } | number> {
  const socket = await tunnelThrough(proxy, "web.whatsapp.com:443");
  if (typeof socket === "number") return socket;
  const answered = await helloThrough(socket, "web.whatsapp.com");
  assert.ok(answered !== "cut" && answered.issuer === "web.whatsapp.com", "the site itself, not decrypted");
  return { closed: once(socket, "close") };
}

describe(
  "from the block page to an open desktop and back, with everything that an office has",
  { skip: !hasBrowser() },
  () => {
    test("blocked, asked, approved by a tap in a Matrix client, open, over, blocked, and all of it proved", async (t) => {
      if (!canManageBrowsers())
        return skipLoudly(t, "managed policies: the right to make a mount namespace is missing");
      buildClient();
      buildGuard();
      const keys = mkdtempSync(join(tmpdir(), "causeway-site-"));
      t.after(() => rmSync(keys, { recursive: true }));
      await using site = await startSite(keys);
      await using world = await serverBefore(site);
      const [security, head, auditor] = [
        await sampleCaller(world, "poon.manhin"),
        await sampleCaller(world, "lee.wailing"),
        await sampleCaller(world, "lai.sauhan"),
      ];
      const proxy = { port: Number(new URL(world.listening.get("proxy") ?? "").port), from: "127.0.0.1" };
      await using browser = await openManagedBrowser({
        ...{ policy: await desktopPolicy(security, proxy), installs: true, args: ["--ignore-certificate-errors"] },
      });
      const desk = browser.page;
      const ours = `${world.url.replace("127.0.0.1", "localhost")}/blocked?url=${BLOCKED}`;
      await untilGuarded(desk, BLOCKED, ours);
      assert.equal(await reach(proxy), REFUSED);
      assert.equal(site.connections(), 0, "nothing has got there");

      const request = await askWhereStopped(desk, samplePerson(world, "chan.taiman"));
      const card = await decisionCard(head, request);
      assert.match(card.body, /WhatsApp/);
      const tapped = performance.now();
      await card.react("✅");
      await desk.waitForURL(BLOCKED);
      await desk.getByRole("heading", { name: "The site /" }).waitFor();
      const opened = performance.now() - tapped;
      process.stdout.write(`whole way: the page was open ${opened.toFixed(0)} ms after the Head's tap\n`);
      assert.ok(opened < 5000, `${opened.toFixed(0)} ms`);
      const tunnel = await reach(proxy);
      assert.ok(typeof tunnel === "object");

      const { grant } = await head.get(`/access/requests/${request}`);
      const { grant_id: id, ends } = Object(grant);
      const open = await untilProved(security, POINTS);
      world.pass(Number(ends) - world.clock.now() - HALF_HOUR_MS);
      await world.server.access.tick();
      assert.equal(typeof (await reach(proxy)), "object", "to the end, and no further");
      const before = site.connections();
      world.pass(Number(ends) - world.clock.now());
      await tunnel.closed;
      await desk.waitForURL(ours);
      assert.equal(await reach(proxy), REFUSED);
      await desk.goto(BLOCKED).catch(() => undefined); // the guard leads elsewhere
      await desk.waitForURL(ours);
      assert.equal(site.connections(), before);
      await untilRecorded(auditor, id, "grant.lapsed");
      const { points } = await untilProved(security, POINTS, open);

      const acts = ["grant.began", "grant.warned", "grant.lapsed"];
      await proveGrant(world, auditor, { request, grant: String(id), acts, points });
    });
  },
);
