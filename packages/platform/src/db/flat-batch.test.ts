import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Flattener, Unflattener, type FlatBatch } from "./flat-batch.ts";
import type { WriteStep } from "./group-commit.ts";

const toSign = fc.record({ sign: fc.string(), before: fc.string(), after: fc.string() }, { noNullPrototype: true });
const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.uint8Array({ maxLength: 4 }), toSign);
const step: fc.Arbitrary<WriteStep> = fc
  .tuple(
    fc.constantFrom("A", "B ?", "C ?, ?", "D"),
    fc.array(value, { maxLength: 4 }),
    fc.option(fc.tuple(fc.nat(5), fc.string())),
  )
  .map(([sql, parameters, expected]) =>
    expected === null ? { sql, parameters } : { sql, parameters, rows: expected[0], what: expected[1] },
  );
const batches = fc.array(fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 4 }), { maxLength: 6 });

/** As the thread gets it. */
function sent(batch: FlatBatch): FlatBatch {
  return structuredClone(batch);
}

test("what is flattened is read back as it was, batch after batch", () => {
  fc.assert(
    fc.property(batches, (all) => {
      const flattener = new Flattener();
      const unflattener = new Unflattener();
      for (const batch of all) assert.deepEqual(unflattener.read(sent(flattener.flatten(batch))), batch);
    }),
  );
});

test("a statement's text travels once, with each of what it must have changed", () => {
  const flattener = new Flattener();
  const batch = [
    [{ sql: "INSERT", parameters: [1] }],
    [{ sql: "INSERT", parameters: [2] }],
    [{ sql: "INSERT", parameters: [3], rows: 1, what: "one" }],
  ];
  const { shapes, transactions } = flattener.flatten(batch);
  assert.deepEqual(
    shapes.map(({ sql, rows, what }) => ({ sql, rows, what })),
    [
      { sql: "INSERT", rows: -1, what: "" },
      { sql: "INSERT", rows: 1, what: "one" },
    ],
  );
  assert.deepEqual(transactions, [
    [0, 1],
    [0, 2],
    [1, 3],
  ]);
  assert.deepEqual(flattener.flatten(batch).shapes, []);
});

test("more texts than are remembered make both sides begin anew", () => {
  const flattener = new Flattener();
  const unflattener = new Unflattener();
  for (let round = 0; round < 3; round += 1) {
    const batch = Array.from({ length: 1500 }, (_, index) => [{ sql: `S${round}-${index}`, parameters: [index] }]);
    assert.deepEqual(unflattener.read(sent(flattener.flatten(batch))), batch);
  }
});

test("after a batch that never reached the thread the texts travel again", () => {
  const flattener = new Flattener();
  const unflattener = new Unflattener();
  const batch = [[{ sql: "INSERT", parameters: [1] }]];
  flattener.flatten(batch);
  flattener.beginAnew();
  assert.deepEqual(unflattener.read(sent(flattener.flatten(batch))), batch);
});
