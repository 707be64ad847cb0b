import assert from "node:assert/strict";
import { test } from "node:test";
import type { Shelf } from "./session.ts";
import { beginSignOn, takeReturn } from "./sign-on.ts";

const SERVER = "https://chat.example";
const MINUTE_MS = 60_000;

function shelf(): Shelf {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    keys: () => [...kept.keys()],
  };
}

function begin(on: Shelf, path = "/access/ask?url=x#y", now = 0): URL {
  const address = new URL(beginSignOn(on, { server: SERVER, provider: "gov", path, now }));
  assert.equal(address.pathname, "/_matrix/client/v3/login/sso/redirect/gov");
  const back = new URL(address.searchParams.get("redirectUrl") ?? "");
  assert.deepEqual([back.origin, back.pathname], [SERVER, "/"]);
  return back;
}

function returned(back: URL, ...given: readonly (readonly [string, string])[]): URL {
  const address = new URL(back);
  for (const [name, value] of given) address.searchParams.set(name, value);
  return address;
}

test("who comes back with a token is where they wanted to be, once", () => {
  const own = shelf();
  const back = returned(begin(own), ["loginToken", "cwl_1"]);
  assert.deepEqual(takeReturn(own, back, MINUTE_MS), { ok: true, token: "cwl_1", path: "/access/ask?url=x#y" });
  assert.deepEqual(takeReturn(own, back, MINUTE_MS), { ok: false, fault: "lapsed", path: "/" });
  assert.deepEqual(own.keys(), []);
});

test("a token that nobody here asked for is not used: not from a link, another browser, or long ago", () => {
  const own = shelf();
  const other = returned(begin(shelf()), ["loginToken", "cwl_of_mallory"]);
  for (const text of [other.href, `${SERVER}/?loginToken=cwl_x`, `${SERVER}/chat?signOn=__proto__&loginToken=x`])
    assert.deepEqual(takeReturn(own, new URL(text), 0), { ok: false, fault: "lapsed", path: "/" });
  const late = returned(begin(own), ["loginToken", "cwl_1"]);
  assert.equal(takeReturn(own, late, 16 * MINUTE_MS)?.ok, false);
});

test("what went wrong comes back with the page that was wanted; anything unknown counts as lapsed", () => {
  for (const [said, fault] of [
    ["cancelled", "cancelled"],
    ["no-account", "no-account"],
    ["<script>", "lapsed"],
  ] as const) {
    const own = shelf();
    const back = returned(begin(own, "/settings"), ["signOnFault", said], ["loginToken", "cwl_1"]);
    assert.deepEqual(takeReturn(own, back, 0), { ok: false, fault, path: "/settings" });
  }
});

test("the way leads nowhere but to our own pages, and other addresses are left alone", () => {
  const own = shelf();
  for (const path of ["//evil.example/x", "https://evil.example/", "javascript:alert(1)"]) {
    const back = returned(begin(own, path), ["loginToken", "cwl_1"]);
    assert.equal(takeReturn(own, back, 0)?.path, "/", path);
  }
  assert.equal(takeReturn(own, new URL(`${SERVER}/chat/!r?at=$e`), 0), undefined);
});

test("sign-ins that never came back do not pile up", () => {
  const own = shelf();
  for (let turn = 0; turn < 5; turn += 1) begin(own, "/", 0);
  begin(own, "/", 20 * MINUTE_MS);
  assert.equal(own.keys().length, 1);
});
