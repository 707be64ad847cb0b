import { testWorld, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { decisionCard } from "../decision-card.ts";
import { runCauseway } from "../operators/world.ts";
import { helloThrough, tunnelThrough, type Through } from "../points/proxy-client.ts";
import { until } from "../points/programs.ts";
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
const POINTS = ["pt_embedded-proxy", "pt_embedded-guard"];

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

interface Seen {
  readonly point_id: string;
  readonly status: string;
  readonly obeys?: number;
}

/** Both points have proved that they obey the version in force. */
async function untilProved(security: SampleCaller): Promise<void> {
  await until("proxy and guard obey, and have proved it", async () => {
    const said = await security.get("/points");
    const points: readonly Seen[] = Object(said)["points"];
    const isProved = ({ status, obeys }: Seen): boolean => status === "enforcing" && obeys === said["version"];
    return POINTS.every((id) => points.some((one) => one.point_id === id && isProved(one)));
  });
}

interface Step {
  readonly act: string;
  readonly on: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What somebody with nothing but the public key reads in a proof file. */
async function proved(world: TestWorld, file: string): Promise<readonly Step[]> {
  const place = mkdtempSync(join(tmpdir(), "causeway-proof-"));
  try {
    const [proof, key] = [join(place, "proof.json"), join(place, "log.vkey")];
    writeFileSync(proof, file);
    writeFileSync(key, readFileSync(join(world.directory, "data-audit", "log.vkey")));
    const args = ["verify-audit", "--proof", proof, "--key", key, "--json"];
    const { code, out, err } = await runCauseway(args, { data: join(place, "nowhere") });
    assert.equal(code, 0, out + err);
    const said: { readonly ok: boolean; readonly entries: readonly Step[] } = JSON.parse(out);
    assert.equal(said.ok, true);
    return said.entries;
  } finally {
    rmSync(place, { recursive: true });
  }
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
      await untilProved(security);
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
      await world.server.access.settle();
      await untilProved(security);

      const alone = await proved(world, await auditor.file(`/audit/proofs?on=${id}&disclose=true`));
      assert.deepEqual(
        alone.map(({ act }) => act),
        ["grant.began", "grant.warned", "grant.lapsed"],
      );
      const things = [request, id, ...POINTS].map((thing) => `on=${thing}`).join("&");
      const steps = await proved(world, await auditor.file(`/audit/proofs?${things}`));
      assert.deepEqual(
        steps.filter(({ on }) => on === request).map(({ act }) => act),
        ["request.asked", "request.approved"],
      );
      for (const change of ["grant.began", "grant.lapsed"])
        for (const point of POINTS) {
          const after = steps.slice(steps.findIndex(({ act }) => act === change));
          assert.ok(
            after.some(({ on, act }) => on === point && act === "point.obeyed"),
            `${point} obeyed ${change}`,
          );
        }
      const whole = await runCauseway(["verify-audit"], { data: join(world.directory, "data") });
      assert.equal(whole.code, 0, whole.out + whole.err);
      assert.match(whole.out, /The log is right/);
    });
  },
);
