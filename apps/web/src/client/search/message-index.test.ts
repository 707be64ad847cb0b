import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryDb } from "../store/memory-db.ts";
import { MessageIndex } from "./message-index.ts";

function said(id: string, text: string, at = 1): Parameters<MessageIndex["put"]>[1] {
  return { id, text, at, sender: "@a:b", hasFile: false };
}

async function ids(index: MessageIndex, text: string, roomId?: string): Promise<readonly string[]> {
  const found = await index.search({ text, ...(roomId === undefined ? {} : { roomId }) }, () => false);
  return found.map(({ id }) => id);
}

test("what was taken in is found, the latest first, and is there after a start", async () => {
  const db = memoryDb();
  const index = await MessageIndex.open(db);
  for (let n = 0; n < 1000; n += 1) index.put("!r:b", said(`$${n}`, n % 100 === 0 ? `巡邏 ${n}` : "other", n));
  index.put("!s:b", said("$s", "巡邏", 5000));
  await index.close();
  assert.ok(db.kept.size > 3);
  const again = await MessageIndex.open(db);
  assert.equal(again.size, 1001);
  assert.deepEqual((await ids(again, "巡逻")).slice(0, 3), ["$s", "$900", "$800"]);
  assert.equal((await ids(again, "巡邏", "!r:b")).length, 10);
  again.put("!r:b", said("$1000", "巡邏 again", 9000));
  await again.close();
  assert.equal((await MessageIndex.open(db)).size, 1002);
});

test("an edit is found by its new words only, a deleted message by none, a room that was left not at all", async () => {
  const db = memoryDb();
  const index = await MessageIndex.open(db);
  index.put("!r:b", said("$1", "before"));
  index.put("!r:b", said("$1", "after"));
  index.put("!r:b", said("$2", "secret"));
  index.put("!s:b", said("$3", "secret"));
  index.remove("!r:b", "$2");
  await index.save();
  index.removeRoom("!s:b");
  await index.close();
  const again = await MessageIndex.open(db);
  assert.deepEqual(await ids(again, "before"), []);
  assert.deepEqual(await ids(again, "after"), ["$1"]);
  assert.deepEqual(await ids(again, "secret"), []);
  assert.ok(![...db.kept.values()].some((value) => value.includes("secret")));
});

test("how far a room was taken in is remembered, and rubbish in the store is left out", async () => {
  const db = memoryDb();
  const index = await MessageIndex.open(db);
  index.setReach("!r:b", { from: [{ token: "t1", isGap: false }] });
  await index.close();
  db.kept.set("page !x:b 0", JSON.stringify([["$1"], 7, null, ["$2", "@a:b", 1, "whole", 0]]));
  db.kept.set("reach !x:b", JSON.stringify({ from: [{ token: 7 }, { token: "t2", isGap: true }] }));
  const again = await MessageIndex.open(db);
  assert.deepEqual(again.reachOf("!r:b"), { from: [{ token: "t1", isGap: false }] });
  assert.deepEqual(again.reachOf("!x:b"), { from: [{ token: "t2", isGap: true }] });
  assert.equal(again.size, 1);
});
