import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Spans } from "./spans.ts";

const span = fc
  .tuple(fc.nat(1000), fc.integer({ min: 1, max: 300 }))
  .map(([start, length]) => ({ start, end: start + length }));

test("whether stretches share a unit is the same as looking at each of them", () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 40 }), span, (kept, asked) => {
      const isLong = ({ start, end }: { start: number; end: number }): boolean => end - start > 100;
      const shares = kept.filter((one) => one.start < asked.end && asked.start < one.end);
      assert.equal(new Spans(kept).some(asked), shares.length > 0);
      assert.equal(new Spans(kept).some(asked, isLong), shares.some(isLong));
    }),
  );
});
