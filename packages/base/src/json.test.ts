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

test("nesting without end has no canonical JSON, however it was made", () => {
  let list: unknown = 1;
  let record: unknown = 1;
  for (let depth = 0; depth < 100_000; depth += 1) {
    list = [list];
    record = { a: record };
  }
  for (const value of [list, record]) assert.throws(() => canonicalJson(value), NotCanonicalError);
  const around: Record<string, unknown> = {};
  around["around"] = around;
  assert.throws(() => canonicalJson(around), NotCanonicalError);
});

test("what is not JSON has no canonical JSON", () => {
  for (const value of [undefined, [undefined], 1n, Symbol("a"), () => 1, Number.POSITIVE_INFINITY]) {
    assert.throws(() => canonicalJson(value), NotCanonicalError);
  }
});

/** Every character that the grammar of canonical JSON writes in an own way. */
test("characters are escaped as the grammar has it, and no others", () => {
  const controls = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)).join("");
  assert.equal(
    canonicalJson(controls),
    `"${[
      ...["\\u0000", "\\u0001", "\\u0002", "\\u0003", "\\u0004", "\\u0005", "\\u0006", "\\u0007"],
      ...["\\b", "\\t", "\\n", "\\u000b", "\\f", "\\r", "\\u000e", "\\u000f"],
      ...["\\u0010", "\\u0011", "\\u0012", "\\u0013", "\\u0014", "\\u0015", "\\u0016", "\\u0017"],
      ...["\\u0018", "\\u0019", "\\u001a", "\\u001b", "\\u001c", "\\u001d", "\\u001e", "\\u001f"],
    ].join("")}"`,
  );
  assert.equal(canonicalJson('"\\/\u007f\u2028\u00e9😀'), '"\\"\\\\/\u007f\u2028\u00e9😀"');
});

for (const [given, expected] of [
  ['{"a":-0,"b":1e10}', '{"a":0,"b":10000000000}'],
  ['{"a":1.0}', '{"a":1}'],
  ['{"a":1e3,"b":-1E+2}', '{"a":1000,"b":-100}'],
  ['{"a":9007199254740991,"b":-9007199254740991}', '{"a":9007199254740991,"b":-9007199254740991}'],
  ['{"10":1,"9":2}', '{"10":1,"9":2}'],
] as const) {
  test(`numbers that are integers in another form become integers: ${given}`, () => {
    const parsed = parseJson(given, limits);
    assert.ok(parsed.ok);
    assert.equal(canonicalJson(parsed.value), expected);
  });
}

for (const given of ["1.5", "1e-1", "9007199254740992", "-9007199254740992", "1e16", "0.1"]) {
  test(`${given} is no number of canonical JSON`, () => {
    const parsed = parseJson(`[${given}]`, limits);
    if (parsed.ok) assert.throws(() => canonicalJson(parsed.value), NotCanonicalError);
  });
}

test("whatever has canonical JSON is read back from it, and keys stand in the order of their UTF-8 bytes", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.maxSafeInteger()), (value) => {
      const text = canonicalJson(value);
      assert.equal(canonicalJson(JSON.parse(text)), text);
      const keys = Object.keys(value).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      assert.equal(text, `{${keys.map((key) => `${JSON.stringify(key)}:${value[key]}`).join(",")}}`);
    }),
  );
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
