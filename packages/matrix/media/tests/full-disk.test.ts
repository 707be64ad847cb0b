import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { errorOf, mediaWorld, post } from "./world.ts";

/** A file system of its own, of a fixed size; undefined where this user may not mount one. */
async function smallDisk(bytes: number): Promise<({ readonly path: string } & AsyncDisposable) | undefined> {
  const path = await mkdtemp(join(tmpdir(), "causeway-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path], { stdio: "ignore" });
  } catch {
    await rm(path, { recursive: true });
    return undefined;
  }
  return {
    path,
    async [Symbol.asyncDispose]() {
      execFileSync("umount", [path]);
      await rm(path, { recursive: true });
    },
  };
}

test("a full disk is a clean error that leaves nothing, and what was there stays whole", async (t) => {
  await using disk = await smallDisk(4_000_000);
  if (disk === undefined) {
    console.error("A FULL DISK WAS NOT TRIED: this user may not mount a small file system.");
    assert.notEqual(process.env["CI"], "true", "needs the right to mount a tmpfs");
    t.skip("no right to mount");
    return;
  }
  await mkdir(join(disk.path, "data"));
  await using small = await mediaWorld({ directory: join(disk.path, "data") });
  const kept = randomBytes(1_000_000);
  const { path } = await small.upload(kept);
  const refused = await small.fetch("/_matrix/media/v3/upload", post(randomBytes(6_000_000), undefined));
  assert.equal(await errorOf(refused), "500 M_UNKNOWN");
  const slowly = new Blob([randomBytes(6_000_000)]).stream();
  const unannounced = await small.fetch("/_matrix/media/v3/upload", { method: "POST", body: slowly, duplex: "half" });
  assert.equal(await errorOf(unannounced), "500 M_UNKNOWN");
  assert.equal((await small.filesOnDisk()).length, 1);
  assert.ok(Buffer.from(await (await small.fetch(path)).arrayBuffer()).equals(kept));
  assert.deepEqual(await small.verify(), { filesChecked: 1, faults: [] });
  assert.deepEqual(small.failures, []);
});
