import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { startServer } from "../server.ts";
import { buildClient } from "./browser.ts";

const dist = fileURLToPath(new URL("../../apps/web/dist/", import.meta.url));

/** A chunk in the build's manifest. */
interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
}

/** Every script that the entry needs before it can run, and the language beside it. */
function firstScripts(): readonly string[] {
  const manifest: Readonly<Record<string, Chunk>> = JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8"));
  const wanted = Object.keys(manifest).filter((key) => manifest[key]?.isEntry === true || key.includes("catalogue/en"));
  const seen = new Set<string>();
  while (wanted.length > 0) {
    const chunk = manifest[wanted.pop() ?? ""];
    if (chunk === undefined || seen.has(chunk.file)) continue;
    seen.add(chunk.file);
    wanted.push(...(chunk.imports ?? []));
  }
  return [...seen].filter((file) => file.endsWith(".js"));
}

describe("the client as it is served", () => {
  before(() => buildClient());

  test("what is loaded before the sign-in is at most 350 KB of compressed script", () => {
    const scripts = firstScripts();
    assert.ok(scripts.length > 2);
    const bytes = scripts.reduce((sum, file) => sum + brotliCompressSync(readFileSync(join(dist, file))).length, 0);
    process.stdout.write(
      `first load: ${(bytes / 1024).toFixed(0)} KB of compressed script in ${scripts.length} files\n`,
    );
    assert.ok(bytes > 50_000, "there is an app in it");
    assert.ok(bytes <= 350 * 1024);
  });

  test("the server serves the client on its own port and shadows no interface", async () => {
    await using server = await startServer();
    const get = (path: string, accept = "text/html"): Promise<Response> =>
      fetch(server.url + path, { headers: { accept } });
    for (const path of ["/", "/chat", "/chat/!room.id:localhost", "/settings?x=1"]) {
      const page = await get(path);
      assert.equal(page.status, 200, path);
      assert.match(page.headers.get("content-type") ?? "", /^text\/html/, path);
      assert.match(page.headers.get("content-security-policy") ?? "", /script-src 'self' 'wasm-unsafe-eval';/);
      assert.equal(page.headers.get("access-control-allow-origin"), null);
      assert.doesNotMatch(await page.text(), /__CSP_NONCE__/);
    }
    assert.deepEqual(await (await get("/healthz")).json(), { status: "ok" });
    assert.ok("versions" in Object(await (await get("/_matrix/client/versions")).json()));
    for (const path of ["/_matrix/client/v3/nothing", "/causeway/v1/nothing", "/.well-known/nothing", "/_synapse/x"]) {
      const refused = await get(path);
      assert.equal(refused.status, 404, path);
      assert.equal(Object(await refused.json()).errcode, "M_UNRECOGNIZED", path);
    }
    const posted = await fetch(`${server.url}/chat`, { method: "POST" });
    assert.equal(posted.status, 404);
    assert.match(server.output(), /causeway: open http:\/\/localhost:\d+ in a browser/);
  });
});
