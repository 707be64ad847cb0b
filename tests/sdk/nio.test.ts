import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startServer } from "../server.ts";
import { skipLoudly } from "../skip-loudly.ts";
import { makeEncryptedRoom, says, send } from "./encrypted-room.ts";
import { hasNio, nioPerson, type NioFact } from "./nio.ts";
import { PASSWORD, register, signIn } from "./people.ts";

const NO_NIO = "matrix-nio, the second client library. Install Debian's `python3-matrix-nio` and `python3-olm`.";

function read(body: string): (fact: NioFact) => boolean {
  return (fact) => fact.kind === "message" && fact.body === body && fact.decrypted === true;
}

test("an old client of an independent library reads and answers in an encrypted room, and its token is in no log", async (t) => {
  if (!hasNio()) {
    skipLoudly(t, NO_NIO);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "causeway-nio-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await using server = await startServer({ env: { CAUSEWAY_LEGACY_CLIENTS: "true", CAUSEWAY_LOG_LEVEL: "debug" } });
  for (const name of ["alice", "nina"]) await register(server.url, name);
  await using alice = await signIn(server.url, "alice");
  const nina = { url: server.url, name: "nina", password: PASSWORD, folder };
  let tokenOfNina = "";
  let roomId = "";
  {
    await using nio = await nioPerson(nina);
    const { user, token } = await nio.fact("signing in", ({ kind }) => kind === "signed-in");
    assert.equal(user, "@nina:localhost");
    tokenOfNina = String(token);
    roomId = await makeEncryptedRoom(alice, {
      userId: "@nina:localhost",
      join: async (room) => {
        const joined = await nio.fact("the invitation", (fact) => fact.kind === "joined" && fact.room === room);
        assert.equal(joined.ok, true);
      },
    });
    await send(alice, roomId, "早晨 🚓");
    await nio.fact("a message", read("早晨 🚓"));
    const answer = await alice.event(roomId, says("nio has read: 早晨 🚓"));
    assert.equal(answer.isEncrypted(), true);
    assert.equal(answer.getSender(), "@nina:localhost");

    await server.stop();
    await server.start();
    await send(alice, roomId, "after the restart");
    await nio.fact("a message after the restart", read("after the restart"));
    nio.write(roomId, "nio speaks first");
    await alice.event(roomId, says("nio speaks first"));
    assert.ok(!nio.facts.some(({ kind }) => kind === "undecryptable"));
  }

  await send(alice, roomId, "while nobody was there");
  await using back = await nioPerson({ ...nina, again: true });
  await back.fact("what was missed", read("while nobody was there"));
  await alice.event(roomId, says("nio has read: while nobody was there"));
  assert.ok(!back.facts.some(({ kind }) => kind === "undecryptable"));

  await server.stop();
  assert.ok(tokenOfNina.length > 10);
  assert.ok(server.output().length > 200, "it does log");
  for (const secret of [tokenOfNina, "access_token", PASSWORD, "早晨", "@nina"])
    assert.ok(!server.output().includes(secret), `a log has ${secret}`);
});
