import { engines } from "@causeway/testkit";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { refuse } from "@causeway/base";
import { errorOf, mediaWorld, post, uploaded, type World } from "./world.ts";

async function untilTrue(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(10);
}

async function reserve(world: World, as = "amy"): Promise<{ mxc: string; put: string; get: string }> {
  const { mxc, path } = await uploaded(await world.fetch("/_matrix/media/v1/create", { method: "POST", as }));
  return { mxc, get: path, put: mxc.replace("mxc://", "/_matrix/media/v3/upload/") };
}

const put = (content: string, as = "amy"): RequestInit & { as: string } => ({
  method: "PUT",
  body: content,
  headers: { "content-type": "text/plain" },
  as,
});

for (const engine of engines) {
  test(`what is uploaded comes back byte for byte (${engine})`, async () => {
    await using world = await mediaWorld({ engine });
    const content = randomBytes(3_000_000);
    const { mxc, path } = await world.upload(content, "application/octet-stream", "?filename=a.bin");
    assert.match(mxc, /^mxc:\/\/test\/[a-z2-7]{32}$/);
    const answer = await world.fetch(path, { as: "bob" });
    assert.equal(answer.status, 200);
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(content));
    assert.equal(answer.headers.get("content-disposition"), 'attachment; filename="a.bin"');
    const check = await world.verify();
    assert.deepEqual(check, { filesChecked: 1, faults: [] });
  });

  test(`a reserved address takes one file, from the person who reserved it (${engine})`, async () => {
    await using world = await mediaWorld({ engine });
    const { put: path, get } = await reserve(world);
    assert.equal(await errorOf(await world.fetch(`${get}?timeout_ms=0`)), "504 M_NOT_YET_UPLOADED");
    assert.equal(await errorOf(await world.fetch(path, put("mine", "eve"))), "403 M_FORBIDDEN");
    const first = await world.fetch(path, put("first"));
    assert.deepEqual([first.status, await first.json()], [200, {}]);
    assert.equal(await errorOf(await world.fetch(path, put("second"))), "409 M_CANNOT_OVERWRITE_MEDIA");
    assert.equal(await (await world.fetch(get)).text(), "first");
  });

  test(`of many uploads to one address at once exactly one is kept (${engine})`, async () => {
    await using world = await mediaWorld({ engine });
    const { put: path, get } = await reserve(world);
    const bodies = Array.from({ length: 8 }, (_, n) => `body ${n} `.repeat(20_000));
    const statuses = await Promise.all(bodies.map(async (body) => (await world.fetch(path, put(body))).status));
    assert.equal(statuses.filter((status) => status === 200).length, 1);
    assert.equal(statuses.filter((status) => status === 409).length, 7);
    assert.equal(await (await world.fetch(get)).text(), bodies[statuses.indexOf(200)]);
    assert.deepEqual(await world.verify(), { filesChecked: 1, faults: [] });
    assert.equal((await world.filesOnDisk()).length, 1);
  });

  test(`a person may reserve only so many addresses, also all at once, until they expire (${engine})`, async () => {
    await using world = await mediaWorld({ engine, limits: { maxUnusedPerUser: 3, unusedLifetimeMs: 60_000 } });
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => world.fetch("/_matrix/media/v1/create", { method: "POST" })),
    );
    assert.equal(answers.filter((one) => one.status === 200).length, 3);
    const refused: unknown = await answers.find((one) => one.status === 429)?.json();
    assert.deepEqual(refused, {
      errcode: "M_LIMIT_EXCEEDED",
      error: "Too many reserved addresses wait for their file.",
      retry_after_ms: 60_000,
    });
    await reserve(world, "bob");
    world.clock.move(60_000);
    const { put: path, get } = await reserve(world);
    await world.fetch(path, put("used"));
    await world.media.expire();
    assert.equal(await (await world.fetch(get)).text(), "used");
  });

  test(`a reserved address that expired is unknown (${engine})`, async () => {
    await using world = await mediaWorld({ engine, limits: { unusedLifetimeMs: 1000 } });
    const { put: path, get } = await reserve(world);
    world.clock.move(1000);
    assert.equal(await errorOf(await world.fetch(path, put("late"))), "404 M_NOT_FOUND");
    assert.equal(await errorOf(await world.fetch(get)), "404 M_NOT_FOUND");
    await world.media.expire();
    assert.equal(await errorOf(await world.fetch(path, put("late"))), "404 M_NOT_FOUND");
  });

  test(`all files of one person together have a limit, announced or not (${engine})`, async () => {
    await using world = await mediaWorld({ engine, limits: { maxBytesPerUser: 1000 } });
    await world.upload("a".repeat(600), "text/plain");
    assert.equal(
      await errorOf(await world.fetch("/_matrix/media/v3/upload", post("b".repeat(401), "text/plain"))),
      "403 M_FORBIDDEN",
    );
    const unannounced = { method: "POST", body: new Blob(["c".repeat(401)]).stream(), duplex: "half" } as const;
    assert.equal(await errorOf(await world.fetch("/_matrix/media/v3/upload", unannounced)), "403 M_FORBIDDEN");
    await world.upload("d".repeat(400), "text/plain");
    assert.equal((await world.filesOnDisk()).length, 2);
  });
}

test("a download waits for a file that is still to come, and is answered when it arrives", async () => {
  await using world = await mediaWorld();
  const { put: path, get } = await reserve(world);
  const waiting = world.fetch(`${get}?timeout_ms=60000`, { as: "bob" });
  await pause(50);
  await world.fetch(path, put("here it is"));
  assert.equal(await (await waiting).text(), "here it is");
});

test("a file over the limit is refused, announced or not, and leaves nothing", async () => {
  await using world = await mediaWorld({ limits: { maxBytes: 100_000 } });
  assert.equal(
    await errorOf(await world.fetch("/_matrix/media/v3/upload", post(randomBytes(100_001), "image/png"))),
    "413 M_TOO_LARGE",
  );
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(randomBytes(50_000));
      if (++pulled === 40) controller.close();
    },
  });
  let pulled = 0;
  assert.equal(
    await errorOf(await world.fetch("/_matrix/media/v3/upload", { method: "POST", body, duplex: "half" })),
    "413 M_TOO_LARGE",
  );
  assert.deepEqual(await world.filesOnDisk(), []);
  await world.upload(randomBytes(100_000), "image/png");
});

test("an upload whose sender goes away leaves nothing and frees its place", async () => {
  await using world = await mediaWorld({ limits: { maxConcurrentUploadsPerUser: 1 } });
  const sending = httpRequest(`${world.url}/_matrix/media/v3/upload`, {
    method: "POST",
    headers: { authorization: "Bearer amy", "content-length": "1000000" },
  });
  sending.on("error", () => undefined);
  sending.write(randomBytes(200_000));
  await untilTrue(async () => (await world.filesOnDisk()).length === 1);
  assert.equal(
    await errorOf(await world.fetch("/_matrix/media/v3/upload", post("x", "text/plain"))),
    "429 M_LIMIT_EXCEEDED",
  );
  sending.destroy();
  await untilTrue(async () => (await world.filesOnDisk()).length === 0);
  await world.upload("x", "text/plain");
  assert.deepEqual(world.failures, []);
});

test("a start removes what a stopped server left half-written, and touches nothing else", async () => {
  await using world = await mediaWorld();
  await world.upload("kept", "text/plain");
  const { directory } = world;
  await writeFile(join(directory, "tmp", "a".repeat(32)), "half");
  await using _second = await mediaWorld({ directory: join(directory, "..") });
  assert.deepEqual(await readdir(join(directory, "tmp")), []);
  assert.equal((await world.filesOnDisk()).length, 1);
});

test("a scanner sees the whole file before anybody can read it, and its refusal removes it", async () => {
  const seen: string[] = [];
  await using world = await mediaWorld({
    scan: (subject) => {
      seen.push(`${subject.type} ${subject.length} ${subject.uploader}`);
      return Promise.resolve(refuse("infected"));
    },
  });
  const answer = await world.fetch("/_matrix/media/v3/upload", post("EICAR", "text/plain"));
  assert.equal(answer.status, 403);
  assert.deepEqual(seen, ["text/plain; charset=utf-8 5 @amy:test"]);
  assert.deepEqual(await world.filesOnDisk(), []);
});

test("the check finds a missing file, a changed one, a short one, and one that no row names", async () => {
  await using world = await mediaWorld();
  for (const content of ["one", "two", "three", "four"]) await world.upload(content, "text/plain");
  const files = (await world.filesOnDisk()).toSorted();
  const [gone = "", changed = "", cut = ""] = files;
  await import("node:fs/promises").then((fs) => fs.unlink(gone));
  await chmod(changed, 0o600);
  const length = (await import("node:fs")).statSync(changed).size;
  await writeFile(changed, "X".repeat(length));
  await writeFile(cut, "");
  const extra = join(world.directory, "files", "a", "bc");
  await mkdir(extra, { recursive: true });
  await writeFile(join(extra, `abc${"d".repeat(29)}`), "orphan");
  await writeFile(join(extra, "README"), "strange");
  const { filesChecked, faults } = await world.verify();
  assert.equal(filesChecked, 4);
  assert.deepEqual(faults.map((fault) => fault.kind).toSorted(), [
    "file-without-row",
    "missing-file",
    "strange-file",
    "wrong-digest",
    "wrong-length",
  ]);
});
