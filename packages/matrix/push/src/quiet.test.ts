import assert from "node:assert/strict";
import { test } from "node:test";
import { isAllowedHost } from "./hosts.ts";
import { isQuiet } from "./quiet.ts";

const HONG_KONG = "Asia/Hong_Kong";

test("quiet hours are those of the person's own clock, also over midnight", () => {
  const at = (utc: string): number => Date.parse(`2026-01-05T${utc}:00Z`);
  const night = { "org.causeway.quiet": { from: "22:00", until: "07:00", zone: HONG_KONG } };
  assert.deepEqual(
    ["13:59", "14:00", "20:00", "22:59", "23:00"].map((utc) => isQuiet(night, at(utc))),
    [false, true, true, true, false],
  );
  const lunch = { "org.causeway.quiet": { from: "12:30", until: "13:30", zone: HONG_KONG } };
  assert.deepEqual(
    ["04:29", "04:30", "05:30"].map((utc) => isQuiet(lunch, at(utc))),
    [false, true, false],
  );
  const never = { "org.causeway.quiet": { from: "08:00", until: "08:00", zone: HONG_KONG } };
  assert.equal(isQuiet(never, at("00:00")), false);
  assert.equal(isQuiet({}, at("00:00")), false);
});

test("a host is allowed as it is written, with its port, and what is under a domain only with a star", () => {
  const hosts = ["push.test", "*.push.example", "127.0.0.1:9000"];
  const fine = ["https://push.test/a", "https://push.test:443/", "https://eu.push.example/x", "http://127.0.0.1:9000/"];
  assert.deepEqual(
    fine.filter((url) => !isAllowedHost(new URL(url), hosts)),
    [],
  );
  const not = [
    "https://evil.test/",
    "https://xpush.test/",
    "https://push.test.evil.test/",
    "https://push.test:8443/",
    "https://push.example/",
    "https://evilpush.example/",
    "http://127.0.0.1/",
    "http://127.0.0.1:9001/",
  ];
  assert.deepEqual(
    not.filter((url) => isAllowedHost(new URL(url), hosts)),
    [],
  );
});
