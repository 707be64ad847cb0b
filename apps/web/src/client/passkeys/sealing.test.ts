import assert from "node:assert/strict";
import { test } from "node:test";
import { openSealed, sealKey, unlockOf, type PasskeyUnlock } from "./sealing.ts";

const AMY = "@amy:localhost";
const KEY = Uint8Array.from({ length: 32 }, (_, at) => at);

function unlock(passkey: string, byte: number): Promise<PasskeyUnlock> {
  return unlockOf(passkey, new Uint8Array(32).fill(byte));
}

test("what is sealed for a passkey is opened by it, and the text says nothing of the key", async () => {
  const sealed = await sealKey(await unlock("p1", 7), AMY, KEY);
  assert.match(sealed, /^v1\.[\w-]{16}\.[\w-]{64}$/);
  assert.deepEqual(await openSealed(await unlock("p1", 7), AMY, sealed), KEY);
  assert.notEqual(await sealKey(await unlock("p1", 7), AMY, KEY), sealed, "another nonce each time");
});

test("a text that the server moved to another account or passkey, or changed, opens nothing", async () => {
  const own = await unlock("p1", 7);
  const sealed = await sealKey(own, AMY, KEY);
  assert.equal(await openSealed(own, "@bob:localhost", sealed), undefined);
  assert.equal(await openSealed({ ...own, passkey: "p2" }, AMY, sealed), undefined);
  assert.equal(await openSealed(await unlock("p1", 8), AMY, sealed), undefined, "evaluated with another value");
  const [version, iv = "", text = ""] = sealed.split(".");
  const changed = [text.slice(0, -1), `${text.startsWith("A") ? "B" : "A"}${text.slice(1)}`, "", "%%", "A"];
  for (const other of changed) assert.equal(await openSealed(own, AMY, `${version}.${iv}.${other}`), undefined, other);
  for (const other of ["", "x", "v1", "v1..", `v2.${iv}.${text}`, `${sealed}.x`, `v1.${iv.slice(4)}.${text}`])
    assert.equal(await openSealed(own, AMY, other), undefined, other);
});

test("the output of a passkey is wiped once it is taken up, and nothing shows it again", async () => {
  const output = new Uint8Array(32).fill(7);
  const { secret } = await unlockOf("p1", output);
  assert.deepEqual(output, new Uint8Array(32));
  assert.equal(secret.extractable, false);
  await assert.rejects(crypto.subtle.exportKey("raw", secret));
});
