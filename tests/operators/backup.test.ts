import { engines, testLocation } from "@causeway/testkit";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fill, fine, oneTimeKeys, send, type Filled } from "./fill.ts";
import { call, operatorsWorld, PASSWORD, type Ended, type OperatorsWorld } from "./world.ts";

function done(ended: Ended): Ended {
  assert.equal(ended.code, 0, ended.err + ended.out);
  return ended;
}

async function twoPeople(world: OperatorsWorld): Promise<void> {
  for (const name of ["amy", "ben"]) done(await world.causeway(["create-user", name], PASSWORD));
}

/** A stopped server with a bit of everything, and a backup of it. */
async function backedUp(world: OperatorsWorld): Promise<{ readonly filled: Filled; readonly backup: string }> {
  await twoPeople(world);
  const backup = join(world.directory, "backup");
  await using server = await world.server();
  const filled = await fill(server);
  done(await world.causeway(["backup", "--to", backup]));
  return { filled, backup };
}

/** The position in a sync token. */
function positionIn(token: unknown): number {
  return Number(/^s\d+_(\d+)_/.exec(String(token))?.[1]);
}

for (const engine of engines) {
  describe(`backup and restore on ${engine}`, () => {
    test("a server goes on from its backup; what was given out since is not given out again", async () => {
      await using world = await operatorsWorld(engine);
      await twoPeople(world);
      const backup = join(world.directory, "backup");
      await using server = await world.server();
      const filled = await fill(server);
      const { amy, ben, room } = filled;
      done(await world.causeway(["backup", "--to", backup]));
      // After the backup the world goes on: it will not have been.
      const device = String(fine(await call(server, { path: "/account/whoami", token: amy }))["device_id"]);
      const wanted = { "@amy:localhost": { [device]: "signed_curve25519" } };
      const claim = { path: "/keys/claim", token: ben, body: { one_time_keys: wanted } };
      const given = JSON.stringify(fine(await call(server, claim)));
      assert.match(given, /signed_curve25519:k0/);
      await send({ server, token: amy, room }, { msgtype: "m.text", body: "after the backup" });
      const synced = fine(await call(server, { path: "/sync?timeout=0", token: amy }));
      await server[Symbol.asyncDispose]();

      await using other = engine === "postgres" ? await testLocation("postgres") : undefined;
      const data = join(world.directory, "other");
      const restored = world.at(data, other === undefined ? {} : { CAUSEWAY_DATABASE_URL: other.location });
      done(await restored.causeway(["restore", "--from", backup]));
      done(await restored.causeway(["check"]));
      await using again = await restored.server();
      const old = await call(again, { path: `/sync?timeout=0&since=${String(synced["next_batch"])}`, token: amy });
      assert.deepEqual([old.status, old.body["errcode"]], [400, "M_UNKNOWN_POS"]);
      const fresh = fine(await call(again, { path: "/sync?timeout=0", token: amy }));
      assert.ok(positionIn(fresh["next_batch"]) > positionIn(synced["next_batch"]) + 1_000_000_000);
      assert.doesNotMatch(JSON.stringify(fresh), /after the backup/);
      assert.match(JSON.stringify(fresh), /巡邏 11/);
      assert.deepEqual(fresh["device_one_time_keys_count"], { signed_curve25519: 0 });
      assert.deepEqual(fresh["device_unused_fallback_key_types"], []);
      assert.doesNotMatch(JSON.stringify(fine(await call(again, claim))), /signed_curve25519:k/);
      fine(await call(again, { path: "/keys/upload", token: amy, body: { one_time_keys: oneTimeKeys(1, "new") } }));
      assert.match(JSON.stringify(fine(await call(again, claim))), /signed_curve25519:new0/);
      const file = await fetch(`${again.url}/_matrix/client/v1/media/download/${filled.media.slice("mxc://".length)}`, {
        headers: { authorization: `Bearer ${ben}` },
      });
      assert.equal(await file.text(), "some bytes".repeat(100));
      await send({ server: again, token: ben, room }, { msgtype: "m.text", body: "in the new epoch" });
      const news = fine(
        await call(again, { path: `/sync?timeout=0&since=${String(fresh["next_batch"])}`, token: amy }),
      );
      assert.match(JSON.stringify(news), /in the new epoch/);
      await again[Symbol.asyncDispose]();
      done(await restored.causeway(["check"]));
    });

    test("a backup taken while people write and upload is of one moment, and whole", async () => {
      await using world = await operatorsWorld(engine);
      await twoPeople(world);
      await using server = await world.server();
      const { amy, room } = await fill(server);
      let isOver = false;
      const write = async (): Promise<number> => {
        let count = 0;
        for (; !isOver; count += 1) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          const body = Buffer.from(`file ${count} `.repeat(2000));
          const url = String(
            fine(await call(server, { path: "/_matrix/media/v3/upload", token: amy, body }))["content_uri"],
          );
          await send({ server, token: amy, room }, { msgtype: "m.file", body: `file ${count}`, url });
        }
        return count;
      };
      const writing = [write(), write()];
      const backups = ["one", "two"].map((name) => join(world.directory, name));
      for (const backup of backups) done(await world.causeway(["backup", "--rate", "0", "--to", backup]));
      isOver = true;
      assert.ok((await Promise.all(writing)).reduce((sum, count) => sum + count, 0) > 10);
      await server[Symbol.asyncDispose]();
      for (const backup of backups) {
        await using other = engine === "postgres" ? await testLocation("postgres") : undefined;
        const restored = world.at(
          `${backup}-data`,
          other === undefined ? {} : { CAUSEWAY_DATABASE_URL: other.location },
        );
        done(await restored.causeway(["restore", "--from", backup]));
        done(await restored.causeway(["check"]));
      }
    });

    test("restoring the same backup twice makes two epochs; nothing is ever restored over something", async () => {
      await using world = await operatorsWorld(engine);
      const { backup, filled } = await backedUp(world);
      const epochs = new Set<string>();
      for (const name of ["first", "second"]) {
        await using other = engine === "postgres" ? await testLocation("postgres") : undefined;
        const restored = world.at(
          join(world.directory, name),
          other === undefined ? {} : { CAUSEWAY_DATABASE_URL: other.location },
        );
        done(await restored.causeway(["restore", backup]));
        const refused = await restored.causeway(["restore", backup]);
        assert.deepEqual([refused.code, /is not empty/.test(refused.err)], [1, true]);
        await using server = await restored.server();
        const busy = await restored.causeway(["restore", backup]);
        assert.deepEqual([busy.code, /stop it first/.test(busy.err)], [1, true]);
        const synced = fine(await call(server, { path: "/sync?timeout=0", token: filled.amy }));
        epochs.add(String(synced["next_batch"]).split("_")[0] ?? "");
      }
      assert.equal(epochs.size, 2);
      if (engine === "postgres") {
        const refused = await world.at(join(world.directory, "third")).causeway(["restore", backup]);
        assert.deepEqual([refused.code, /the database is not empty/.test(refused.err)], [1, true]);
        assert.deepEqual(readdirSync(join(world.directory, "third")), ["server.lock"]);
      }
    });
  });
}

if (engines.includes("postgres")) {
  test("a backup of one engine is restored into the other", async () => {
    await using world = await operatorsWorld("sqlite");
    const { backup, filled } = await backedUp(world);
    await using database = await testLocation("postgres");
    const moved = world.at(join(world.directory, "moved"), { CAUSEWAY_DATABASE_URL: database.location });
    done(await moved.causeway(["restore", backup]));
    done(await moved.causeway(["check"]));
    const back = join(world.directory, "back");
    done(await moved.causeway(["backup", back]));
    const again = world.at(join(world.directory, "again"));
    done(await again.causeway(["restore", back]));
    done(await again.causeway(["check"]));
    await using server = await again.server();
    assert.match(JSON.stringify(fine(await call(server, { path: "/sync?timeout=0", token: filled.ben }))), /巡邏 11/);
  });
}

test("a backup is complete, private, described with digests, and never overwritten", async () => {
  await using world = await operatorsWorld("sqlite");
  mkdirSync(world.data);
  writeFileSync(join(world.data, "causeway.yaml"), "publicUrl: https://chat.example\n");
  const { backup } = await backedUp(world);
  assert.equal(statSync(backup).mode & 0o777, 0o700);
  const manifest: { tables: { file: string; bytes: number; sha256: string }[]; others: { file: string }[] } =
    JSON.parse(readFileSync(join(backup, "manifest.json"), "utf8"));
  assert.deepEqual(
    manifest.others.map(({ file }) => file),
    ["signing.key", "guard.key", "policy.key", "web-push.key", "causeway.yaml"],
  );
  for (const { file, bytes, sha256 } of manifest.tables) {
    const content = readFileSync(join(backup, file));
    assert.deepEqual([content.length, createHash("sha256").update(content).digest("hex")], [bytes, sha256], file);
  }
  const before = readFileSync(join(backup, "manifest.json"), "utf8");
  const again = await world.causeway(["backup", "--to", backup]);
  assert.deepEqual([again.code, /never overwritten/.test(again.err)], [1, true]);
  assert.equal(readFileSync(join(backup, "manifest.json"), "utf8"), before);
  const inside = await world.causeway(["backup", "--to", join(world.data, "backup")]);
  assert.match(inside.err, /inside the data directory/);
  assert.equal((await world.causeway(["backup"])).code, 1);
  assert.deepEqual(readdirSync(world.directory).toSorted(), ["backup", "data", "data-audit"]);
  // On another machine the configuration comes with it, unless there is one already.
  const moved = join(world.directory, "moved");
  done(await world.at(moved).causeway(["restore", backup]));
  assert.match(readFileSync(join(moved, "causeway.yaml"), "utf8"), /chat\.example/);
  assert.equal(readFileSync(join(moved, "signing.key"), "utf8"), readFileSync(join(world.data, "signing.key"), "utf8"));
  const kept = join(world.directory, "kept");
  mkdirSync(kept);
  writeFileSync(join(kept, "causeway.yaml"), "publicUrl: https://other.example\n");
  done(await world.at(kept).causeway(["restore", backup]));
  assert.match(readFileSync(join(kept, "causeway.yaml"), "utf8"), /other\.example/);
});

test("a damaged backup is refused, whatever is wrong with it, and leaves the directory as empty as it was", async () => {
  await using world = await operatorsWorld("sqlite");
  const { backup } = await backedUp(world);
  const media = readdirSync(join(backup, "media"), { recursive: true, encoding: "utf8" }).find(
    (name) => name.length > 30,
  );
  const damages: readonly (readonly [what: RegExp, how: (copy: string) => void])[] = [
    [/it has no manifest/, (copy) => rmSync(join(copy, "manifest.json"))],
    [/is damaged/, (copy) => writeFileSync(join(copy, "manifest.json"), "{")],
    [/format/, (copy) => edit(join(copy, "manifest.json"), '"format": 1', '"format": 2')],
    [
      /newer version, which has rooms\/9999/,
      (copy) => edit(join(copy, "manifest.json"), '"rooms/0001-core"', '"rooms/9999"'),
    ],
    [
      /tables\/rooms_events.jsonl is damaged/,
      (copy) => edit(join(copy, "tables", "rooms_events.jsonl"), "巡邏 3", "巡邏 4"),
    ],
    [/tables\/rooms_rooms.jsonl is missing/, (copy) => rmSync(join(copy, "tables", "rooms_rooms.jsonl"))],
    [/signing.key is missing/, (copy) => rmSync(join(copy, "signing.key"))],
    [/media\/files\/.* is damaged/, (copy) => appendFileSync(join(copy, "media", media ?? ""), "x")],
    [/media\/files\/.* is missing/, (copy) => rmSync(join(copy, "media", media ?? ""))],
    [
      /manifest.json: tables/,
      (copy) => edit(join(copy, "manifest.json"), '"tables/rooms_rooms.jsonl"', '"../../../etc/passwd"'),
    ],
  ];
  for (const [index, [what, how]] of damages.entries()) {
    const copy = join(world.directory, `copy-${index}`);
    cpSync(backup, copy, { recursive: true });
    how(copy);
    const target = join(world.directory, `target-${index}`);
    const refused = await world.at(target).causeway(["restore", copy]);
    assert.equal(refused.code, 1, String(what));
    assert.match(refused.err, what);
    assert.deepEqual(readdirSync(target), ["server.lock"], String(what));
    rmSync(copy, { recursive: true });
  }
});

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, "utf8");
  assert.ok(text.includes(from), `${file}: ${from}`);
  writeFileSync(file, text.replace(from, to));
}

test("a file that was damaged before is named, and the backup is made without it", async () => {
  await using world = await operatorsWorld("sqlite");
  await backedUp(world);
  const files = join(world.data, "media", "files");
  const file = readdirSync(files, { recursive: true, encoding: "utf8" }).find((name) => name.length > 30);
  writeFileSync(join(files, file ?? ""), "torn");
  const second = join(world.directory, "second");
  const made = await world.causeway(["backup", "--to", second]);
  assert.equal(made.code, 1);
  assert.match(made.err, /media\/files\/.* was missing or damaged before/);
  const restored = world.at(join(world.directory, "restored"));
  done(await restored.causeway(["restore", second]));
  assert.match((await restored.causeway(["check"])).out, /fault missing-file/);
  assert.ok(existsSync(join(second, "manifest.json")));
});
