import assert from "node:assert/strict";
import { test } from "node:test";
import { partsOf } from "./links.ts";

test("only http and https are links; what ends the sentence is not of the address", () => {
  assert.deepEqual(partsOf("see https://example.gov/a. Thanks"), [
    { kind: "plain", text: "see " },
    { kind: "link", text: "https://example.gov/a", href: "https://example.gov/a" },
    { kind: "plain", text: ". Thanks" },
  ]);
  for (const text of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://", ""]) {
    assert.deepEqual(partsOf(text), [{ kind: "plain", text }]);
  }
  assert.equal(partsOf("請看https://example.gov/資料。")[1]?.kind, "link");
});

test("a host that only looks like another is shown as it is really asked for", () => {
  const [link] = partsOf("https://gооgle.com/");
  assert.equal(link?.text, "https://xn--ggle-55da.com/");
  const [named] = partsOf("https://example.gov@evil.example/");
  assert.ok(named?.kind === "link" && named.href.includes("evil.example"));
});
