import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const IMPORTS = /(?:from|import|import\()\s*"([^"]+)"/g;
/** What a browser does not have. */
const SERVER_ONLY = /\b(?:Buffer|process|require|__dirname|__filename|global|setImmediate)\b(?!["':])/;

/** Every file that a module and what it imports are made of; imports of other packages go by their front doors. */
function filesOf(entry: string): Map<string, string> {
  const files = new Map<string, string>();
  const waiting = [entry];
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    if (files.has(url)) continue;
    assert.ok(url.startsWith("file:"), `${url} is no file of ours`);
    const text = readFileSync(fileURLToPath(url), "utf8");
    files.set(url, text);
    for (const [, specifier = ""] of text.matchAll(IMPORTS)) {
      assert.ok(specifier.startsWith(".") || specifier.startsWith("@causeway/"), `${url} imports ${specifier}`);
      waiting.push(specifier.startsWith(".") ? new URL(specifier, url).href : import.meta.resolve(specifier));
    }
  }
  return files;
}

const code = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"/g, "");

test("the package runs in a browser: nothing that it is made of comes from Node or from a registry", () => {
  const files = filesOf(import.meta.resolve("@causeway/matrix-events"));
  assert.ok(files.size > 30, String(files.size));
  for (const [url, text] of files) assert.doesNotMatch(code(text), SERVER_ONLY, url);
});

test("the check sees what it is there for", () => {
  assert.match(code("const a = Buffer.from(b);"), SERVER_ONLY);
  assert.throws(() => filesOf(import.meta.url), /imports node:assert/);
});
