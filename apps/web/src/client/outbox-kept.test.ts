import assert from "node:assert/strict";
import { test } from "node:test";
import { addKept, parseKept, withoutKept } from "./outbox-kept.ts";

test("what waits is kept in its order, until the server has it, and there is an end to it", () => {
  const message = (txnId: string) => ({ roomId: "!a:b", txnId, content: { body: txnId } });
  let kept = addKept(addKept([], message("1")), message("2"));
  assert.deepEqual(parseKept(JSON.stringify(kept)), kept);
  kept = withoutKept(kept, "1");
  assert.deepEqual(
    kept.map(({ txnId }) => txnId),
    ["2"],
  );
  for (let count = 0; count < 500; count += 1) kept = addKept(kept, message(`m${count}`));
  assert.equal(kept.length, 200);
  assert.equal(kept.at(-1)?.txnId, "m499");
});

test("anything else under the key counts as nothing", () => {
  for (const text of [null, "", "{", "null", "7", '{"a":1}', '[null,1,{"roomId":"!a:b"}]'])
    assert.deepEqual(parseKept(text), []);
});
