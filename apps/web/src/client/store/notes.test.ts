import assert from "node:assert/strict";
import { test } from "node:test";
import type { Shelf } from "../session/session.ts";
import { Journal } from "./journal.ts";
import { memoryDb } from "./memory-db.ts";
import { noteKey, Notes, roomOfNote } from "./notes.ts";
import type { SealedDb } from "./sealed-db.ts";

/** A device: what a browser keeps, and when it refuses to. */
class Device {
  readonly items = new Map<string, string>();
  readonly #memory = memoryDb();
  readonly rows = this.#memory.kept;
  shelfIsFull = false;
  dbIsFull = false;
  /** A transaction of more bytes than this is refused. */
  dbTakes = Number.POSITIVE_INFINITY;

  readonly shelf: Shelf = {
    getItem: (key) => this.items.get(key) ?? null,
    setItem: (key, value) => {
      if (this.shelfIsFull) throw new Error("QuotaExceededError");
      this.items.set(key, value);
    },
    removeItem: (key) => void this.items.delete(key),
    keys: () => [...this.items.keys()],
  };

  readonly db: SealedDb = {
    ...this.#memory,
    commit: async ({ put, remove }) => {
      await Promise.resolve();
      const bytes = [...put.values()].reduce((sum: number, value) => sum + JSON.stringify(value).length, 0);
      if (put.size > 0 && (this.dbIsFull || bytes > this.dbTakes)) throw new Error("QuotaExceededError");
      await this.#memory.commit({ put, remove });
    },
  };

  /** Another visit, as after a reload. The one before is gone as it stood. */
  open(key = KEY): Promise<Notes> {
    return Notes.open(this.db, new Journal(this.shelf, key));
  }
}

const KEY = new Uint8Array(32).fill(7);
const DRAFT = noteKey("draft", "!a:b");

test("what is put is there again although the page went in the same moment, and is nowhere in clear", async () => {
  const device = new Device();
  const notes = await device.open();
  notes.put(DRAFT, { text: "三號徑 hush" });
  const again = await device.open();
  assert.deepEqual(again.get(DRAFT), { text: "三號徑 hush" });
  assert.equal(device.rows.size, 0, "the database has not heard of it yet");
  assert.ok(![...device.items].flat().some((text) => /hush|draft|!a:b|三/.test(text)));
  await again.flush();
  assert.equal(device.items.size, 0, "the database has it, and the journal is empty");
  assert.deepEqual((await device.open()).get(DRAFT), { text: "三號徑 hush" });
});

test("the last change counts, whatever of it had reached the database", async () => {
  const device = new Device();
  const notes = await device.open();
  for (const text of ["a", "ab", "abc"]) notes.put(DRAFT, { text });
  const flushing = notes.flush();
  notes.put(DRAFT, { text: "abcd" });
  await flushing;
  assert.deepEqual((await device.open()).get(DRAFT), { text: "abcd" });
  notes.remove(DRAFT);
  const again = await device.open();
  assert.equal(again.get(DRAFT), undefined, "what was sent is not there again");
  await again.flush();
  assert.deepEqual([device.items.size, device.rows.size], [0, 0]);
});

test("what waits comes back in the order in which it was said", async () => {
  const device = new Device();
  const notes = await device.open();
  const said = ["m9", "m10", "m1"];
  for (const id of said) notes.put(noteKey("said", "!a:b", id), id);
  await notes.flush();
  notes.put(noteKey("said", "!c:d", "m0"), "m0");
  const values = (await device.open()).all("said").map(({ value }) => value);
  assert.deepEqual(values, [...said, "m0"]);
});

test("a journal without space is made up for by the database, and the other way round; only without both something is loose", async () => {
  const device = new Device();
  const notes = await device.open();
  device.shelfIsFull = true;
  notes.put(DRAFT, 1);
  assert.deepEqual(notes.snapshot(), { isFull: false, hasLoose: true }, "until the database has answered");
  await notes.flush();
  assert.deepEqual(notes.snapshot(), { isFull: false, hasLoose: false });
  device.dbIsFull = true;
  notes.put(DRAFT, 2);
  await notes.flush();
  assert.deepEqual(notes.snapshot(), { isFull: true, hasLoose: true });
  assert.equal((await device.open()).get(DRAFT), 1, "what was kept before is not lost to what could not be");
  device.shelfIsFull = false;
  notes.put(DRAFT, 3);
  assert.deepEqual(notes.snapshot(), { isFull: false, hasLoose: false }, "the journal has it");
  await notes.flush();
  assert.equal((await device.open()).get(DRAFT), 3);
  device.dbIsFull = false;
  await notes.flush();
  assert.equal(device.items.size, 0);
  await notes.close();
});

test("one thing that is too large does not keep the others out", async () => {
  const device = new Device();
  const notes = await device.open();
  notes.put(noteKey("draft", "!gone:b"), "x");
  await notes.flush();
  device.dbTakes = 100;
  device.shelfIsFull = true;
  notes.remove(noteKey("draft", "!gone:b"));
  notes.put(noteKey("draft", "!large:b"), "x".repeat(1000));
  notes.put(noteKey("draft", "!small:b"), "y");
  await notes.flush();
  assert.deepEqual([...device.rows.keys()], [noteKey("draft", "!small:b")]);
  assert.equal(notes.snapshot().isFull, true);
  notes.remove(noteKey("draft", "!large:b"));
  assert.equal(notes.snapshot().isFull, false);
  await notes.close();
});

test("of a room of which nothing may be kept, nothing is; and what was is deleted when that begins", async () => {
  const device = new Device();
  const notes = await device.open();
  notes.keepOnly((roomId) => roomId !== "!restricted:b");
  notes.put(noteKey("draft", "!restricted:b"), "hush");
  await notes.flush();
  assert.deepEqual([device.items.size, device.rows.size], [0, 0]);
  assert.deepEqual(notes.snapshot(), { isFull: false, hasLoose: true });
  assert.equal(notes.get(noteKey("draft", "!restricted:b")), "hush", "as long as the page lives");
  notes.put(DRAFT, "open");
  await notes.flush();
  notes.put(DRAFT, "open still");
  notes.keepOnly(() => false);
  await notes.flush();
  assert.deepEqual([device.items.size, device.rows.size], [0, 0]);
  notes.keepOnly(() => true);
  await notes.flush();
  const again = await device.open();
  assert.deepEqual([again.get(noteKey("draft", "!restricted:b")), again.get(DRAFT)], ["hush", "open still"]);
  assert.deepEqual([roomOfNote(DRAFT), roomOfNote("about class")], ["!a:b", undefined]);
});

test("what another key wrote, or what was changed, counts as nothing; signing out leaves nothing", async () => {
  const device = new Device();
  const notes = await device.open();
  notes.put(DRAFT, "one");
  device.items.set("causeway.journal of nobody", "AAAA");
  device.items.set("causeway.journal broken", "%");
  device.items.set("other", "stays");
  assert.equal((await device.open(new Uint8Array(32).fill(8))).get(DRAFT), undefined);
  assert.deepEqual([...device.items.keys()], ["other"]);
  notes.put(DRAFT, "two");
  await notes.destroy();
  notes.put(DRAFT, "three");
  assert.deepEqual([[...device.items.keys()], device.rows.size], [["other"], 0]);
});
