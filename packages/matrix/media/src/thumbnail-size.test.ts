import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultMediaLimits } from "./limits.ts";
import { chooseSize, fitsWithin, targetOf } from "./thumbnail-size.ts";

const sizes = defaultMediaLimits.thumbnailSizes;

test("a request gets the next larger size of its method", () => {
  assert.deepEqual(chooseSize(sizes, { width: 33, height: 32, method: "crop" }), {
    width: 96,
    height: 96,
    method: "crop",
  });
  assert.deepEqual(chooseSize(sizes, { width: 320, height: 241, method: "scale" }), {
    width: 640,
    height: 480,
    method: "scale",
  });
});

test("a crop larger than every crop gets a scaled picture, never a smaller one", () => {
  assert.deepEqual(chooseSize(sizes, { width: 200, height: 200, method: "crop" }), {
    width: 320,
    height: 240,
    method: "scale",
  });
  assert.equal(chooseSize(sizes, { width: 5000, height: 10, method: "scale" }), undefined);
});

test("a small scale is never answered with a crop", () => {
  assert.deepEqual(chooseSize(sizes, { width: 10, height: 10, method: "scale" }), {
    width: 320,
    height: 240,
    method: "scale",
  });
});

test("a thumbnail is never larger than its image", () => {
  assert.deepEqual(targetOf({ width: 1000, height: 20 }, { width: 96, height: 96, method: "crop" }), {
    width: 20,
    height: 20,
  });
  assert.deepEqual(targetOf({ width: 1000, height: 500 }, { width: 320, height: 240, method: "scale" }), {
    width: 320,
    height: 160,
  });
  assert.deepEqual(targetOf({ width: 100_000, height: 1 }, { width: 320, height: 240, method: "scale" }), {
    width: 320,
    height: 1,
  });
  assert.ok(fitsWithin({ width: 96, height: 96 }, { width: 96, height: 96, method: "crop" }));
});
