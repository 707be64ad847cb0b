import { engines } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { directoryWorld } from "./world.ts";

const ROOMS = "/causeway/v1/administration/rooms";
const HEALTH = "/causeway/v1/administration/health";

for (const engine of engines) {
  describe(`what administrators see of the server on ${engine}`, () => {
    test("rooms by names and counts, in pages, and never what is in them", async () => {
      await using d = await directoryWorld(engine);
      for (const name of ["One", "二", "Three"]) {
        const room = (await d.nobody.post("/createRoom", { name, topic: "a secret topic" })).ok().at("room_id").text;
        (await d.nobody.put(`/rooms/${room}/send/m.room.message/a`, { msgtype: "m.text", body: "a secret" })).ok();
      }
      const first = (await d.system.get(ROOMS, { limit: 2 })).ok();
      assert.deepEqual(
        first.at("rooms").list.map((room) => room.at("name").text),
        ["One", "二"],
      );
      assert.equal(first.at("rooms", 0, "joined").value, 1);
      assert.equal(first.at("rooms", 0, "messages").value, 1);
      assert.equal(first.at("rooms", 0, "encrypted").value, false);
      const rest = (await d.system.get(ROOMS, { limit: 2, after: Number(first.at("next").value) })).ok();
      assert.deepEqual(
        rest.at("rooms").list.map((room) => room.at("name").text),
        ["Three"],
      );
      assert.equal(rest.at("next").value, undefined);
      for (const answer of [first, rest]) assert.doesNotMatch(JSON.stringify(answer.body), /secret/);
      const health = (await d.security.get(HEALTH)).ok();
      assert.equal(health.at("can_write").value, true);
    });

    test("administrators of both kinds and auditors see it, nobody else, and no query opens it", async () => {
      await using d = await directoryWorld(engine);
      const auditor = await d.world.person("auditor");
      await d.grant(auditor, "auditor");
      for (const at of [ROOMS, HEALTH]) {
        for (const one of [d.system, d.security, auditor]) assert.equal((await one.get(at)).status, 200);
        assert.equal((await d.nobody.get(at)).status, 403);
        assert.equal((await d.world.call({ method: "GET", path: at })).status, 401);
      }
      for (const query of [{ limit: 0 }, { after: -1 }, { after: "x" }])
        assert.equal((await d.system.get(ROOMS, query)).status, 400, JSON.stringify(query));
    });
  });
}
