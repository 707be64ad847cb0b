import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Somebody of the sample people, with the password that this data directory gave them. */
export function samplePerson(server: { readonly directory: string }, name: string): { name: string; password: string } {
  const text = readFileSync(join(server.directory, "data/demo-accounts.json"), "utf8");
  const accounts: readonly { readonly userId: string; readonly password: string }[] = JSON.parse(text);
  const found = accounts.find(({ userId }) => userId.startsWith(`@${name}:`));
  assert.ok(found);
  return { name, password: found.password };
}
