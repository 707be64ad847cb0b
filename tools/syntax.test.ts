import assert from "node:assert/strict";
import { test } from "node:test";
import { syntaxOf } from "./syntax.ts";

test("imports are seen wherever they stand, and not where they only seem to", () => {
  const { imports } = syntaxOf(
    "x.ts",
    `import type { A } from "a"; export { b } from "b"; export * from "c"; import "d";
     const any = "*/*"; // import "no1";
     /* import "no2"; */ const text = 'import "no3"';
     type E = import("e").E; const f = await import("f"); import {
       g,
     } from "g";`,
  );
  assert.deepEqual(new Set(imports), new Set(["a", "b", "c", "d", "e", "f", "g"]));
});

test("every kind of function is measured", () => {
  const { functions } = syntaxOf(
    "x.ts",
    `function one(a, b) {\n}
     const two = (a, b, c) => 1;
     class Three { m(a, b, c, d) { return function (x) {}; } }`,
  );
  assert.deepEqual(
    functions.map(({ lines, parameters }) => [lines, parameters]),
    [
      [2, 2],
      [1, 3],
      [1, 4],
      [1, 1],
    ],
  );
});

test("a cast counts unless a parser makes it, a comment explains it, or it is const", () => {
  const text = `function parseId(t: string): Id | undefined { return t === "" ? undefined : (t as Id); }
    const a = b as C;
    const d = e as unknown as F; // what the driver returns
    const g = [1] as const; const h = <I>j;`;
  assert.deepEqual(syntaxOf("x.ts", text).casts, [2, 4]);
  assert.deepEqual(syntaxOf("parse-x.ts", text).casts, []);
});

test("strings, templates and the environment are found", () => {
  const found = syntaxOf("x.ts", 'const a = "one"; const b = `two ${a} three`; const c = process.env["X"];');
  for (const text of ["one", "two ", " three"]) assert.ok(found.texts.includes(text));
  assert.equal(found.usesEnvironment, true);
  assert.equal(syntaxOf("x.ts", "const a = other.env;").usesEnvironment, false);
});
