import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { get as httpGet } from "node:http";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { errorOf, mediaWorld } from "./world.ts";

test("a file is not served without a token, nor on the old paths, also to legacy clients", async () => {
  await using world = await mediaWorld();
  const { mxc, path } = await world.upload("secret", "text/plain");
  assert.equal(await errorOf(await world.fetch(path, { as: "" })), "401 M_MISSING_TOKEN");
  const address = mxc.slice("mxc://".length);
  for (const version of ["v3", "r0"]) {
    for (const old of [
      `download/${address}`,
      `download/${address}/name.txt`,
      `thumbnail/${address}?width=32&height=32`,
    ]) {
      assert.equal(await errorOf(await world.fetch(`/_matrix/media/${version}/${old}`)), "404 M_NOT_FOUND", old);
      assert.equal(
        await errorOf(await world.fetch(`/_matrix/media/${version}/${old}`, { as: "" })),
        "404 M_NOT_FOUND",
        old,
      );
    }
  }
});

test("other servers, unknown ids and paths that climb are all simply unknown", async () => {
  await using world = await mediaWorld();
  const { mxc } = await world.upload("x", "text/plain");
  const id = mxc.slice("mxc://test/".length);
  for (const path of [
    `elsewhere.example/${id}`,
    `test/${"a".repeat(32)}`,
    "test/..%2F..%2Fetc%2Fpasswd",
    "test/%00",
    `test/${id.toUpperCase()}`,
    `..%2F/${id}`,
    `test/${id}%2F`,
  ]) {
    assert.equal(
      await errorOf(await world.fetch(`/_matrix/client/v1/media/download/${path}`)),
      "404 M_NOT_FOUND",
      path,
    );
  }
});

test("every file carries the guards", async () => {
  await using world = await mediaWorld();
  const { path } = await world.upload("<script>alert(1)</script>", "text/html", "?filename=x.html");
  const { headers } = await world.fetch(path);
  assert.equal(headers.get("content-type"), "application/octet-stream");
  assert.equal(headers.get("content-disposition"), 'attachment; filename="x.html"');
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.match(headers.get("content-security-policy") ?? "", /^sandbox; default-src 'none'; script-src 'none';/);
  assert.equal(headers.get("cross-origin-resource-policy"), "cross-origin");
  assert.equal(headers.get("cache-control"), "private, max-age=31536000, immutable");
});

test("harmless content is inline under its own type, whatever was claimed", async () => {
  await using world = await mediaWorld();
  const png = await world.upload(Buffer.from("89504e470d0a1a0a0000", "hex"), "text/html");
  const text = await world.upload("巡邏報告", "text/plain");
  assert.equal((await world.fetch(png.path)).headers.get("content-type"), "image/png");
  assert.equal((await world.fetch(png.path)).headers.get("content-disposition"), "inline");
  assert.equal((await world.fetch(text.path)).headers.get("content-type"), "text/plain; charset=utf-8");
});

test("the name is the uploader's, or the one in the path", async () => {
  await using world = await mediaWorld();
  const { path } = await world.upload("x", "text/plain", `?filename=${encodeURIComponent("二零二六.txt")}`);
  const encoded = "filename*=UTF-8''%E4%BA%8C%E9%9B%B6%E4%BA%8C%E5%85%AD.txt";
  assert.ok((await world.fetch(path)).headers.get("content-disposition")?.endsWith(encoded));
  assert.equal(
    (await world.fetch(`${path}/other.txt`)).headers.get("content-disposition"),
    'inline; filename="other.txt"',
  );
  assert.ok(
    (await world.fetch(`${path}/${encodeURIComponent("二零二六.txt")}`)).headers
      .get("content-disposition")
      ?.endsWith(encoded),
  );
});

test("ranges are answered as RFC 9110 says", async () => {
  await using world = await mediaWorld();
  const content = randomBytes(200_000);
  const { path } = await world.upload(content);
  const ranged = async (
    range: string,
    more: Record<string, string> = {},
  ): Promise<readonly [number, string | null, Buffer]> => {
    const answer = await world.fetch(path, { headers: { range, ...more } });
    return [answer.status, answer.headers.get("content-range"), Buffer.from(await answer.arrayBuffer())];
  };
  assert.deepEqual(await ranged("bytes=0-0"), [206, "bytes 0-0/200000", content.subarray(0, 1)]);
  assert.deepEqual(await ranged("bytes=100000-"), [206, "bytes 100000-199999/200000", content.subarray(100_000)]);
  assert.deepEqual(await ranged("bytes=-5"), [206, "bytes 199995-199999/200000", content.subarray(-5)]);
  assert.deepEqual(await ranged("bytes=199999-300000"), [206, "bytes 199999-199999/200000", content.subarray(-1)]);
  assert.deepEqual(await ranged("bytes=200000-"), [416, "bytes */200000", Buffer.alloc(0)]);
  assert.deepEqual(await ranged("bytes=0-1,5-6"), [200, null, content]);
  assert.deepEqual(await ranged("bytes=0-1", { "if-range": '"other"' }), [200, null, content]);
  const tag = (await world.fetch(path)).headers.get("etag") ?? "";
  assert.equal((await ranged("bytes=0-1", { "if-range": tag }))[0], 206);
  assert.equal((await world.fetch(path)).headers.get("accept-ranges"), "bytes");
});

test("a reader who has the file already is told so", async () => {
  await using world = await mediaWorld();
  const { path } = await world.upload("same", "text/plain");
  const tag = (await world.fetch(path)).headers.get("etag") ?? "";
  const again = await world.fetch(path, { headers: { "if-none-match": `"x", ${tag}` } });
  assert.deepEqual([again.status, await again.text(), again.headers.get("etag")], [304, "", tag]);
});

test("an empty file is a file", async () => {
  await using world = await mediaWorld();
  const { path } = await world.upload("", "text/plain");
  const answer = await world.fetch(path);
  assert.deepEqual([answer.status, answer.headers.get("content-length"), await answer.text()], [200, "0", ""]);
  assert.equal((await world.fetch(path, { headers: { range: "bytes=0-" } })).status, 416);
});

test("a reader who goes away in the middle does not leave the file open", async () => {
  await using world = await mediaWorld();
  const { path } = await world.upload(randomBytes(20_000_000));
  const openFiles = async (): Promise<number> => {
    const links = await Promise.all(
      (await readdir("/proc/self/fd")).map((fd) =>
        import("node:fs/promises").then((fs) => fs.readlink(`/proc/self/fd/${fd}`)).catch(() => ""),
      ),
    );
    return links.filter((link) => link.startsWith(world.directory)).length;
  };
  for (let n = 0; n < 5; n += 1) {
    await new Promise<void>((resolve) => {
      const request = httpGet(`${world.url}${path}`, { headers: { authorization: "Bearer amy" } }, (response) => {
        response.once("data", () => {
          response.destroy();
          resolve();
        });
      });
      request.on("error", () => undefined);
    });
  }
  while ((await openFiles()) > 0) await pause(20);
});

test("a previewed address is refused with a reason, and the configuration is told", async () => {
  await using world = await mediaWorld({ limits: { maxBytes: 12_345 } });
  for (const base of ["/_matrix/client/v1/media", "/_matrix/media/v3"]) {
    const config: unknown = await (await world.fetch(`${base}/config`)).json();
    assert.deepEqual(config, { "m.upload.size": 12_345 });
    assert.equal(
      await errorOf(await world.fetch(`${base}/preview_url?url=http://169.254.169.254/`)),
      "404 M_NOT_FOUND",
    );
  }
});
