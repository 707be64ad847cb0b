import { engines, path, testWorld, type Person, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

const LABEL = "org.causeway.label";
const ENCRYPTION = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };

/** What the log holds of a thing, or of a person: acts with the facts that stand in it as they are, and who and why beside it. */
async function recorded(world: TestWorld, thing: string): Promise<readonly string[]> {
  await world.server.audit.settle();
  const { db } = world.server;
  const rows = await db.all<{ readonly id: string; readonly leaf: string }>({
    sql: "SELECT id, leaf FROM audit_entries WHERE act LIKE 'room.%' ORDER BY idx",
    parameters: [],
  });
  const found: string[] = [];
  for (const { id, leaf } of rows) {
    const blinded = await db.all<{ readonly field: string; readonly value: string }>({
      sql: "SELECT field, value FROM audit_blinded WHERE entry = ? ORDER BY field",
      parameters: [id],
    });
    const { act, on, facts } = JSON.parse(leaf);
    const beside = Object.fromEntries(blinded.map(({ field, value }) => [field, value]));
    assert.ok(!blinded.some(({ value }) => leaf.includes(value)), "who and why stand beside the log");
    if (on === thing || beside["on"] === thing)
      found.push(
        [act, facts.from, facts.to, beside["by"], beside["person"], beside["reason"]].filter(Boolean).join(" "),
      );
  }
  return found;
}

function labelled(who: Person, label: string): Promise<string> {
  return who.createRoom({ initial_state: [{ type: LABEL, state_key: "", content: { label } }, ENCRYPTION] });
}

for (const engine of engines) {
  describe(`what is recorded of rooms on ${engine}`, () => {
    test("each label that a room gets, by whom and why; a room without one is not named", async () => {
      await using world = await testWorld({ engine, env: { CAUSEWAY_DEVICES_GATE: "off" } });
      const amy = await world.person("amy");
      const room = await labelled(amy, "RESTRICTED");
      const open = await amy.createRoom({});
      const set = (content: object): Promise<unknown> => amy.setState(room, LABEL, { content });
      await set({ label: "CONFIDENTIAL" });
      await set({ label: "RESTRICTED" }); // without a reason: refused
      await set({ label: "RESTRICTED", reason: "the file is public now" });
      await set({ label: "RESTRICTED", reason: "the file is public now" });
      const upgraded = (await amy.post(path`/rooms/${room}/upgrade`, { new_version: "12" })).ok();
      assert.deepEqual(await recorded(world, room), [
        `room.label-set unclassified RESTRICTED ${amy.userId}`,
        `room.label-set RESTRICTED CONFIDENTIAL ${amy.userId}`,
        `room.label-set CONFIDENTIAL RESTRICTED ${amy.userId} the file is public now`,
      ]);
      assert.equal((await recorded(world, upgraded.at("replacement_room").text)).length, 1, "what takes its place too");
      assert.deepEqual(await recorded(world, open), []);
    });

    test("reports of a room, an event and a person, with who and why beside the log", async () => {
      await using world = await testWorld({ engine });
      const [amy, bob] = await world.people("amy", "bob");
      const room = await amy.createRoomWith([bob], {});
      const event = await amy.send(room, { body: "rude", msgtype: "m.text" });
      (await bob.post(path`/rooms/${room}/report`, { reason: "noise" })).ok();
      (await bob.post(path`/rooms/${room}/report/${event}`, { reason: "rude words" })).ok();
      (await bob.post(path`/users/${amy.userId}/report`, { reason: "rudeness" })).ok();
      assert.equal((await bob.post(path`/rooms/${room}/report/$none`, { reason: "x" })).status, 404);
      assert.deepEqual(await recorded(world, room), [
        `room.reported ${bob.userId} noise`,
        `room.reported ${bob.userId} rude words`,
      ]);
      assert.deepEqual(await recorded(world, amy.userId), [`room.reported ${bob.userId} ${amy.userId} rudeness`]);
    });
  });
}
