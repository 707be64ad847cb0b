import assert from "node:assert/strict";
import { test } from "node:test";
import { readQuestion, writeAnswer } from "./line.ts";

test("a question is read as Squid writes it: escaped, with a dash for what is not known, and more behind it", () => {
  assert.deepEqual(readQuestion("7 10.0.0.1 40000 web.whatsapp.com - - -"), {
    ...{ channel: "7", address: "10.0.0.1", port: 40_000, host: "web.whatsapp.com" },
    ...{ serverName: undefined, login: undefined },
  });
  assert.deepEqual(readQuestion("0 2001:db8::1 1 a.example b%20c.example mei%40REALM"), {
    ...{ channel: "0", address: "2001:db8::1", port: 1, host: "a.example" },
    ...{ serverName: "b c.example", login: "mei@REALM" },
  });
});

test("what makes no sense is answered with no on its channel, and never splits an answer in two", () => {
  for (const line of [
    "3",
    "3 10.0.0.1",
    "3 10.0.0.1 port a.example - -",
    `3 10.0.0.1 1 ${"a".repeat(5000)} - -`,
    "3 a 1 %zz - -",
  ])
    assert.deepEqual(readQuestion(line), { channel: "3" }, line);
  for (const line of ["", "x 10.0.0.1 1 a.example - -", "-1 a 1 b - -"])
    assert.equal(readQuestion(line), undefined, line);
  const answer = writeAnswer("3", { kind: "no", message: "a b\n4 OK", tag: "x y" });
  assert.equal(answer, "3 ERR message=a%20b%0A4%20OK tag=x%20y\n");
});
