import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { highlightsOf } from "./highlights.ts";

test("what a query matched is named as it stands in the text", () => {
  assert.deepEqual(highlightsOf("Night patrols at Nathan Road", "PATROL road"), ["patrols", "road"]);
  assert.deepEqual(highlightsOf("明早到彌敦道巡邏", "巡逻"), ["巡邏"]);
  assert.deepEqual(highlightsOf("台灣與臺灣", "台湾"), ["台灣", "臺灣"]);
  assert.deepEqual(highlightsOf("A座的ＣＣＴＶ壞了", "cctv 坏"), ["ｃｃｔｖ", "壞"]);
  assert.deepEqual(highlightsOf("nothing here", "巡邏"), []);
  assert.deepEqual(highlightsOf("text", "，"), []);
});

test("whatever the text, what is named stands in it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (text, query) => {
      for (const piece of highlightsOf(text, query))
        assert.ok(text.includes(piece) || text.toLowerCase().includes(piece));
    }),
  );
});
