import assert from "node:assert/strict";
import { test } from "node:test";
import { keepingSame } from "./same-items.ts";

test("a line that says what it said before is the same object, any other is the new one", () => {
  const line = (key: string, text: string, readBy: readonly string[] = []): { key: string; content: object } => ({
    key,
    content: { text, readBy: readBy.map((userId) => ({ userId })) },
  });
  const before = [line("a", "one"), line("b", "two", ["@amy:test"]), line("c", "three")];
  const now = [line("z", "zero"), line("a", "one"), line("b", "two", ["@amy:test", "@bob:test"]), line("c", "3")];
  const kept = keepingSame(before, now);
  assert.deepEqual(kept, now);
  assert.equal(kept[1], before[0]);
  assert.deepEqual(
    [kept[0], kept[2], kept[3]].map((item, at) => item === now[[0, 2, 3][at] ?? 0]),
    [true, true, true],
  );
  assert.deepEqual(keepingSame([{ key: "a", list: [] }], [{ key: "a", list: {} }]), [{ key: "a", list: {} }]);
});
