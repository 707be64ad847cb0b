import { engines, path, sharedWorld, type Answered, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

const LABEL = "org.causeway.label";
const ENCRYPTION = { algorithm: "m.megolm.v1.aes-sha2" };
const SEALED = { algorithm: ENCRYPTION.algorithm, ciphertext: "x", sender_key: "k", device_id: "D", session_id: "S" };

function setLabel(who: Person, room: string, content: object): Promise<Answered> {
  return who.setState(room, LABEL, { content });
}

async function labelled(who: Person, label: string, others: readonly Person[] = []): Promise<string> {
  return await who.createRoomWith(others, {
    initial_state: [
      { type: LABEL, state_key: "", content: { label } },
      { type: "m.room.encryption", state_key: "", content: ENCRYPTION },
    ],
  });
}

for (const engine of engines) {
  describe(`labels on ${engine}`, () => {
    const world = sharedWorld({ engine, env: { CAUSEWAY_DEVICES_GATE: "off" } });

    test("a room has one of three labels; SECRET and everything else is refused, and says why", async () => {
      const amy = await world().person("amy");
      const room = await amy.createRoom();
      assert.equal((await setLabel(amy, room, { label: "unclassified" })).brief, "200");
      for (const label of ["SECRET", "TOP SECRET", "top-secret", " secret "]) {
        const refused = await setLabel(amy, room, { label });
        assert.equal(refused.brief, "400 LABEL_NOT_ACCEPTED");
        assert.match(refused.at("error").text, /never held/);
      }
      for (const label of ["restricted", "Restricted", "", "機密", null, 5, ["RESTRICTED"], undefined])
        assert.equal((await setLabel(amy, room, { label })).brief, "400 LABEL_NOT_ACCEPTED", String(label));
      const elsewhere = await amy.setState(room, LABEL, { content: { label: "unclassified" }, key: "x" });
      assert.equal(elsewhere.brief, "400 LABEL_NOT_ACCEPTED");
      assert.equal((await amy.state(room, LABEL)).at("label").value, "unclassified");
      const made = await amy.post("/createRoom", {
        initial_state: [{ type: LABEL, state_key: "", content: { label: "SECRET" } }],
      });
      assert.equal(made.brief, "400 LABEL_NOT_ACCEPTED");
    });

    test("RESTRICTED and above is encrypted from the start, and stays so", async () => {
      const amy = await world().person("amy");
      const room = await amy.createRoom();
      assert.equal((await setLabel(amy, room, { label: "RESTRICTED" })).brief, "403 LABEL_NEEDS_ENCRYPTION");
      await amy.setState(room, "m.room.encryption", { content: ENCRYPTION });
      assert.equal((await setLabel(amy, room, { label: "RESTRICTED" })).brief, "200");
      assert.equal((await setLabel(amy, room, { label: "CONFIDENTIAL" })).brief, "200");
      const off = await amy.setState(room, "m.room.encryption", { content: {} });
      assert.equal(off.brief, "403 LABEL_NEEDS_ENCRYPTION");
      const state = (await amy.get(path`/rooms/${room}/state`)).json.list;
      const event = state.find((one) => one.at("type").value === "m.room.encryption")?.at("event_id").text ?? "";
      assert.equal((await amy.redact(room, event)).brief, "403 LABEL_NEEDS_ENCRYPTION");
      const plain = await amy.post("/createRoom", {
        initial_state: [{ type: LABEL, state_key: "", content: { label: "CONFIDENTIAL" } }],
      });
      assert.equal(plain.brief, "403 LABEL_NEEDS_ENCRYPTION");
      assert.ok((await labelled(amy, "CONFIDENTIAL")).startsWith("!"), "in any order");
    });

    test("words that are not encrypted do not get into a RESTRICTED room", async () => {
      const [amy, bob] = await world().people("amy", "bob");
      const room = await labelled(amy, "RESTRICTED", [bob]);
      for (const type of ["m.room.message", "m.sticker", "m.poll.start", "org.example.note"])
        assert.equal((await bob.trySend(room, { body: "x" }, { type })).brief, "403 LABEL_NEEDS_ENCRYPTION", type);
      const sent = await bob.send(room, SEALED, { type: "m.room.encrypted" });
      const reaction = { "m.relates_to": { rel_type: "m.annotation", event_id: sent, key: "👍" } };
      assert.equal((await amy.trySend(room, reaction, { type: "m.reaction" })).brief, "200");
      assert.equal((await bob.redact(room, sent)).brief, "200");
      const delay = { "org.matrix.msc4140.delay": 3_600_000 };
      const later = await bob.put(path`/rooms/${room}/send/m.room.message/l1`, { body: "x", msgtype: "m.text" }, delay);
      const now = `/_matrix/client/unstable/org.matrix.msc4140${path`/delayed_events/${later.ok().at("delay_id").text}/send`}`;
      assert.equal((await bob.post(now)).brief, "403 LABEL_NEEDS_ENCRYPTION", "nor later");
    });

    test("whoever may change the room raises its label; lowering takes the highest power and a reason", async () => {
      const [amy, bob, carol] = await world().people("amy", "bob", "carol");
      const room = await labelled(amy, "unclassified", [bob, carol]);
      assert.equal((await setLabel(carol, room, { label: "RESTRICTED" })).brief, "403 M_FORBIDDEN");
      const levels = (await amy.state(room, "m.room.power_levels")).ok().body;
      const users = { [bob.userId]: 50 };
      (await amy.setState(room, "m.room.power_levels", { content: { ...Object(levels), users } })).ok();
      assert.equal((await setLabel(bob, room, { label: "CONFIDENTIAL" })).brief, "200");
      const lower = { label: "RESTRICTED", reason: "the file is public now" };
      assert.equal((await setLabel(bob, room, lower)).brief, "403 LABEL_LOWERED");
      for (const reason of [undefined, "", "  ", 5])
        assert.equal((await setLabel(amy, room, { label: "RESTRICTED", reason })).brief, "403 LABEL_LOWERED");
      for (const content of [{}, { label: null }])
        assert.equal((await setLabel(amy, room, content)).brief, "400 LABEL_NOT_ACCEPTED");
      const state = (await amy.get(path`/rooms/${room}/state`)).json.list;
      const event = state.find((one) => one.at("type").value === LABEL)?.at("event_id").text ?? "";
      assert.equal((await amy.redact(room, event)).brief, "403 LABEL_LOWERED", "a redaction would lower it");
      assert.equal((await amy.state(room, LABEL)).at("label").value, "CONFIDENTIAL");
      assert.equal((await setLabel(amy, room, lower)).brief, "200");
    });

    test("a RESTRICTED room is open to nobody at large, from either side", async () => {
      const amy = await world().person("amy");
      const room = await labelled(amy, "RESTRICTED");
      const join = (join_rule: string): Promise<Answered> =>
        amy.setState(room, "m.room.join_rules", { content: { join_rule } });
      assert.equal((await join("public")).brief, "400 LABEL_NOT_ACCEPTED");
      assert.equal((await join("knock")).brief, "200");
      const history = { content: { history_visibility: "world_readable" } };
      assert.equal((await amy.setState(room, "m.room.history_visibility", history)).brief, "400 LABEL_NOT_ACCEPTED");
      const open = await amy.createRoom({ preset: "public_chat" });
      await amy.setState(open, "m.room.encryption", { content: ENCRYPTION });
      assert.equal((await setLabel(amy, open, { label: "RESTRICTED" })).brief, "400 LABEL_NOT_ACCEPTED");
    });

    test("what was refused has changed nothing, and the room goes on", async () => {
      const amy = await world().person("amy");
      const room = await labelled(amy, "RESTRICTED");
      await amy.sync();
      await Promise.all(
        Array.from({ length: 8 }, (_, count) =>
          count % 2 === 0
            ? amy.trySend(room, SEALED, { type: "m.room.encrypted" })
            : amy.trySend(room, { body: "plain", msgtype: "m.text" }),
        ),
      );
      const seen = (await amy.sync()).at("rooms", "join", room, "timeline", "events").list;
      assert.deepEqual(new Set(seen.map((event) => event.at("type").value)), new Set(["m.room.encrypted"]));
      assert.equal(seen.length, 4);
    });

    test("a room that takes another's place keeps its label", async () => {
      const amy = await world().person("amy");
      const room = await labelled(amy, "CONFIDENTIAL");
      const upgraded = await amy.post(path`/rooms/${room}/upgrade`, { new_version: "12" });
      const next = upgraded.ok().at("replacement_room").text;
      assert.equal((await amy.state(next, LABEL)).at("label").value, "CONFIDENTIAL");
    });
  });
}
