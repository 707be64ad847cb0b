import { fold } from "@causeway/base";
import assert from "node:assert/strict";
import { test } from "node:test";
import { fits, hasWords, snippetOf, wordsOf } from "./query.ts";

function finds(query: string, text: string): boolean {
  return wordsOf(query)(text, fold(text));
}

test("Chinese is found by any part, in either script, and words by their beginnings", () => {
  assert.ok(finds("巡邏", "今日巡邏報告"));
  assert.ok(finds("巡逻", "今日巡邏報告"));
  assert.ok(finds("巡", "今日巡邏報告"));
  assert.ok(finds("台灣", "臺灣"));
  assert.ok(!finds("巡報", "今日巡邏報告"));
  assert.ok(finds("PAT rep", "Report of the patrol"));
  assert.ok(!finds("trol", "Report of the patrol"));
  assert.ok(finds("ｒｅｐｏｒｔ", "the report"));
  assert.equal(hasWords({ text: " ,. " }), false);
});

test("filters leave out other people, other times and what has no file", () => {
  const said = { sender: "@a:b", at: 100, hasFile: false };
  assert.ok(fits({ text: "x" }, said));
  assert.ok(fits({ text: "x", from: "@a:b", after: 100, before: 101 }, said));
  assert.ok(!fits({ text: "x", from: "@c:b" }, said));
  assert.ok(!fits({ text: "x", after: 101 }, said));
  assert.ok(!fits({ text: "x", before: 100 }, said));
  assert.ok(!fits({ text: "x", hasFile: true }, said));
});

test("a snippet stands around the first hit and marks all of them, whatever folding does to lengths", () => {
  assert.deepEqual(snippetOf("今日巡邏報告", "巡逻"), [
    { text: "今日", isHit: false },
    { text: "巡邏", isHit: true },
    { text: "報告", isHit: false },
  ]);
  const long = snippetOf(`${"word ".repeat(100)}needle ${"word ".repeat(100)}`, "needle");
  assert.equal(long[0]?.text.startsWith("…"), true);
  assert.equal(long.find(({ isHit }) => isHit)?.text, "needle");
  assert.ok(long.map(({ text }) => text).join("").length < 220);
  assert.equal(snippetOf("Straße", "strasse").find(({ isHit }) => isHit)?.text, "Straße");
});
