import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openSite, type Site, type SiteRequest } from "./site.ts";

async function withSite(use: (site: Site) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "causeway-site-"));
  mkdirSync(join(directory, "assets"));
  writeFileSync(join(directory, "index.html"), '<link nonce="__CSP_NONCE__"><script src="/assets/a-1.js"></script>');
  writeFileSync(join(directory, "assets/a-1.js"), "plain");
  writeFileSync(join(directory, "assets/a-1.js.br"), "brotli");
  writeFileSync(join(directory, "assets/a-1.js.gz"), "gzip");
  writeFileSync(join(directory, ".stamp"), "secret");
  writeFileSync(join(directory, "sw.js"), "worker");
  const site = await openSite(directory);
  assert.ok(site);
  await use(site).finally(() => rmSync(directory, { recursive: true }));
}

function asking(path: string, more: Partial<SiteRequest> = {}): SiteRequest {
  return { path, accept: "text/html,*/*;q=0.8", acceptEncoding: "", ifNoneMatch: undefined, secure: false, ...more };
}

test("every page has a nonce of its own, in the policy and in the page, and nobody keeps it", async () => {
  await withSite(async (site) => {
    const [first, second] = [await site.respond(asking("/")), await site.respond(asking("/chat/!a.b:example.gov"))];
    for (const { headers, body, status } of [first, second]) {
      const policy = headers["content-security-policy"] ?? "";
      const nonce = /style-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
      assert.equal(status, 200);
      assert.ok(nonce.length >= 22);
      assert.ok(String(body).includes(`nonce="${nonce}"`));
      assert.ok(policy.includes("script-src 'self' 'wasm-unsafe-eval';"));
      assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:/);
      assert.equal(headers["cache-control"], "no-store");
      assert.equal(headers["x-content-type-options"], "nosniff");
    }
    assert.notEqual(first.headers["content-security-policy"], second.headers["content-security-policy"]);
  });
});

test("assets are kept for ever and come compressed as the browser likes it", async () => {
  await withSite(async (site) => {
    const ask = (acceptEncoding: string): Promise<string> =>
      site.respond(asking("/assets/a-1.js", { accept: "*/*", acceptEncoding })).then(({ body }) => String(body));
    assert.equal(await ask("gzip, deflate, br"), "brotli");
    assert.equal(await ask("gzip"), "gzip");
    assert.equal(await ask("br;q=0, gzip;q=0.5"), "gzip");
    assert.equal(await ask(""), "plain");
    const whole = await site.respond(asking("/assets/a-1.js", { accept: "*/*" }));
    assert.equal(whole.headers["cache-control"], "public, max-age=31536000, immutable");
    assert.equal(whole.headers["content-type"], "text/javascript; charset=utf-8");
    const again = await site.respond(asking("/assets/a-1.js", { ifNoneMatch: whole.headers["etag"] }));
    assert.deepEqual([again.status, again.body], [304, undefined]);
    const worker = await site.respond(asking("/sw.js", { accept: "*/*" }));
    assert.equal(worker.headers["cache-control"], "no-cache");
  });
});

test("a file that is not there is no page, and nothing outside of the build is ever read", async () => {
  await withSite(async (site) => {
    for (const path of ["/assets/gone.js", "/assets/../../etc/passwd", "/assets/a-1.js.br"]) {
      assert.equal((await site.respond(asking(path))).status, 404, path);
    }
    for (const path of ["/favicon.ico", "/app.js", "/missing.css"]) {
      assert.equal((await site.respond(asking(path, { accept: "*/*" }))).status, 404, path);
    }
    for (const path of ["/.stamp", "/../../etc/passwd", "/%2e%2e/etc/passwd"]) {
      const { body } = await site.respond(asking(path));
      assert.doesNotMatch(String(body), /secret|root:/, path);
    }
  });
});

test("without a build there is no site", async () => {
  assert.equal(await openSite(join(tmpdir(), "causeway-no-such-directory")), undefined);
});
