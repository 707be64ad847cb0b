import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startServer, type TestServer } from "../server.ts";
import { skipLoudly } from "../skip-loudly.ts";
import { buildClient, hasBrowser, signIn } from "./browser.ts";
import { buildGuard, startSite } from "./guard-world.ts";
import { canManageBrowsers, openManagedBrowser } from "./managed-browser.ts";
import { samplePerson } from "./sample-people.ts";

const BLOCKED = "https://web.whatsapp.com/";

/** Somebody of the sample people, at the interface. */
async function caller(server: TestServer, name: string) {
  const { password } = samplePerson(server, name);
  const identifier = { type: "m.id.user", user: name };
  const body = JSON.stringify({ type: "m.login.password", identifier, password });
  const signedIn = await fetch(`${server.url}/_matrix/client/v3/login`, { method: "POST", body });
  const authorization = `Bearer ${String(Object(await signedIn.json()).access_token)}`;
  const call = async (method: string, path: string, given?: object): Promise<Record<string, unknown>> => {
    const init = {
      method,
      headers: { authorization },
      ...(given === undefined ? {} : { body: JSON.stringify(given) }),
    };
    const answer = await fetch(`${server.url}/causeway/v1${path}`, init);
    const read: unknown = await answer.json();
    assert.equal(answer.status, 200, `${path}: ${JSON.stringify(read)}`);
    return Object(read);
  };
  return { get: (path: string) => call("GET", path), post: (path: string, given: object) => call("POST", path, given) };
}

describe("a blocked page on a managed desktop", { skip: !hasBrowser() }, () => {
  test("becomes the server's page, opens by itself when the Head approves, and closes when the time is over", async (t) => {
    if (!canManageBrowsers()) return skipLoudly(t, "managed policies: the right to make a mount namespace is missing");
    buildClient();
    buildGuard();
    await using server = await startServer({ args: [] });
    await using site = await startSite(server.directory);
    const [security, officer, head] = await Promise.all(
      ["poon.manhin", "chan.taiman", "lee.wailing"].map((name) => caller(server, name)),
    );
    const policy = JSON.stringify(await security?.get("/enforcement/files/PGD/chrome-policy.json"));
    await using browser = await openManagedBrowser({
      ...{ policy, installs: true, args: ["--ignore-certificate-errors"] },
      hosts: `MAP *.whatsapp.com 127.0.0.1:${site.port}`,
    });
    const url = server.url.replace("127.0.0.1", "localhost");
    const [app, desk] = [browser.page, await browser.context.newPage()];
    const ours = `${url}/blocked?url=${BLOCKED}`;
    while (desk.url() !== ours) {
      await desk.goto(BLOCKED).catch(() => undefined); // until the browser has installed the guard
      await desk.waitForTimeout(250);
    }
    await signIn(app, url, samplePerson(server, "chan.taiman"));
    const before = site.asked.length;

    const lifetimeMs = 8000;
    const until = Date.now() + lifetimeMs + 4000;
    const asked = await officer?.post("/access/requests", {
      need: "Photos of a fallen tree",
      label: "unclassified",
      until,
      services: ["whatsapp"],
    });
    const decided = performance.now();
    await head?.post(`/access/requests/${String(asked?.["request_id"])}/decide`, { decision: "approve" });
    await desk.waitForURL(BLOCKED);
    const opened = performance.now() - decided;
    process.stdout.write(`guard: the page was open ${opened.toFixed(0)} ms after the Head approved\n`);
    assert.ok(opened < 5000);
    await desk.getByRole("heading", { name: "The site /" }).waitFor();
    assert.ok(site.asked.length > before);

    await desk.waitForURL(ours, { timeout: 40_000 });
    assert.ok(Date.now() >= until - 500);
    const { points } = Object(await security?.get("/points"));
    const [guards] = points.filter(({ kind }: { readonly kind: string }) => kind === "guard");
    assert.equal(guards.status, "enforcing");
    assert.equal(guards.tests[0].found, "blocked");
  });
});
