import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalJson, NotCanonicalError } from "./canonical-json.ts";
import { parseJson } from "./json.ts";

const limits = { maxDepth: 32 };

test("what JSON.parse reads is read the same", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = JSON.stringify(value);
      if (text.includes("__proto__")) return;
      const parsed = parseJson(text, limits);
      const numbers = /[0-9]{16}|e/i.test(text);
      if (!parsed.ok) assert.ok(numbers, text);
      else assert.deepEqual(parsed.value, JSON.parse(text));
    }),
  );
});

for (const [what, text] of [
  ["a key given twice", '{"a":1,"b":{"a":1},"a":2}'],
  ["a key given twice in other letters", '{"a":1,"\\u0061":2}'],
  ["an integer that would become another", '{"a":9007199254740993}'],
  ["a number that would become infinite", "[1e400]"],
  ["the key __proto__", '{"__proto__":{"admin":true}}'],
  ["nesting without end", "[".repeat(100_000)],
  ["a string without end", '{"a":"b'],
  ["nothing", ""],
] as const) {
  test(`JSON with ${what} is refused`, () => {
    const parsed = parseJson(text, limits);
    assert.equal(parsed.ok, false);
  });
}

test("braces and quotes inside strings are no structure", () => {
  const text = JSON.stringify({ a: '{"a":[["', b: "\\", c: '\\"' });
  assert.deepEqual(parseJson(text, { maxDepth: 1 }), { ok: true, value: JSON.parse(text) });
});

test("the same key may be used in different objects", () => {
  assert.equal(parseJson('[{"a":1},{"a":{"a":2}}]', limits).ok, true);
});

for (const [value, expected] of [
  [{}, "{}"],
  [{ one: 1, two: "Two" }, '{"one":1,"two":"Two"}'],
  [{ b: "2", a: "1" }, '{"a":"1","b":"2"}'],
  [
    { auth: { success: true, mxid: "@john.doe:example.com", profile: { display_name: "John Doe" } } },
    '{"auth":{"mxid":"@john.doe:example.com","profile":{"display_name":"John Doe"},"success":true}}',
  ],
  [{ a: "日本語" }, '{"a":"日本語"}'],
  [{ 本: 2, 日: 1 }, '{"日":1,"本":2}'],
  [{ a: "\u65e5" }, '{"a":"日"}'],
  [{ a: null }, '{"a":null}'],
  [{ a: -0, b: 10000000000 }, '{"a":0,"b":10000000000}'],
] as const) {
  test(`canonical JSON of ${JSON.stringify(value)}`, () => {
    assert.equal(canonicalJson(value), expected);
  });
}

test("keys are ordered by code point, not by UTF-16 unit", () => {
  assert.equal(canonicalJson({ "\u{10000}": 1, "\uffff": 2 }), '{"\uffff":2,"\u{10000}":1}');
});

test("fractions, large integers and lone surrogates have no canonical JSON", () => {
  for (const value of [1.5, 2 ** 53, Number.NaN, "\ud800", { "\udc00": 1 }]) {
    assert.throws(() => canonicalJson(value), NotCanonicalError);
  }
});

test("canonical JSON does not depend on the order of keys", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.integer()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      assert.equal(canonicalJson(value), canonicalJson(reversed));
      assert.deepEqual(JSON.parse(canonicalJson(value)), { ...JSON.parse(JSON.stringify(value)) });
    }),
  );
});
