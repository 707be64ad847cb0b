import assert from "node:assert/strict";
import { test } from "node:test";
import { PasswordHasher } from "./password.ts";

test("a hash names its cost, has its own salt, and knows its password only", async () => {
  const hasher = new PasswordHasher({ maxHashing: 2, maxHashQueue: 10 });
  const [one, two] = await Promise.all([hasher.hash("pässword"), hasher.hash("pässword")]);
  assert.ok(one.ok && two.ok);
  assert.match(one.value, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.notEqual(one.value, two.value);
  assert.deepEqual(await hasher.matches("pa\u0308ssword", one.value), { ok: true, value: true });
  assert.deepEqual(await hasher.matches("password", one.value), { ok: true, value: false });
});

test("nobody's password costs a hash as well, and never matches", async () => {
  const hasher = new PasswordHasher({ maxHashing: 1, maxHashQueue: 10 });
  assert.deepEqual(await hasher.matches("decoy", undefined), { ok: true, value: false });
  const known = await hasher.hash("decoy");
  assert.ok(known.ok);
  const timed = async (hash: string | undefined): Promise<number> => {
    const before = process.cpuUsage();
    for (let round = 0; round < 8; round += 1) await hasher.matches("guess", hash);
    const used = process.cpuUsage(before);
    return used.user + used.system;
  };
  const unknown = await timed(undefined);
  const ratio = unknown / (await timed(known.value));
  assert.ok(ratio > 0.4 && ratio < 2.5, `ratio ${ratio}`);
});

test("hashes beyond the queue's length are refused with a time to wait", async () => {
  const hasher = new PasswordHasher({ maxHashing: 1, maxHashQueue: 1 });
  const all = await Promise.all(["a", "b", "c"].map((password) => hasher.hash(password)));
  assert.deepEqual(
    all.map((one) => (one.ok ? "ok" : one.error.code)),
    ["ok", "ok", "M_LIMIT_EXCEEDED"],
  );
});
