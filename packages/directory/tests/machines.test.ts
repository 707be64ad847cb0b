import { engines, path } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BASE, directoryWorld, idOf, refusal } from "./world.ts";

for (const engine of engines) {
  describe(`machines on ${engine}`, () => {
    test("a machine is an internal desktop until a security administrator says otherwise, and is found by its address", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const wish = { name: "清水機 1", department: "PD", addresses: ["10.1.2.3", "2001:DB8::1"] };
      const machine = (await d.system.post(`${BASE}/machines`, wish)).ok();
      const id = machine.at("machine_id").text;
      assert.equal(machine.at("class").text, "internal-desktop");
      const asked = d.world.server.directory;
      assert.equal(asked.machineClassOf("::ffff:10.1.2.3"), "internal-desktop");
      assert.equal(
        (await d.system.put(`${BASE}/machines/${id}/class`, { class: "designated-machine" })).brief,
        "403 NOT_PERMITTED",
      );
      assert.equal((await d.security.post(`${BASE}/machines`, wish)).brief, "403 NOT_PERMITTED");
      (await d.security.put(`${BASE}/machines/${id}/class`, { class: "designated-machine" })).ok();
      assert.equal(asked.machineClassOf("10.1.2.3"), "designated-machine");
      assert.equal(asked.machineOfAddress("2001:db8:0::1")?.id, id);
      assert.equal(asked.machineClassOf("10.9.9.9"), "internal-desktop");
      assert.deepEqual(
        [...asked.machines()].map((one) => one.id),
        [id],
      );
      const same = await d.system.post(`${BASE}/machines`, { ...wish, name: "2", addresses: ["2001:db8::0:1"] });
      assert.equal(refusal(same), "409 DIRECTORY_CONFLICT address-used");
      assert.equal(
        (await d.system.put(`${BASE}/machines/${id}`, { addresses: ["10.1.2"] })).brief,
        "400 M_INVALID_PARAM",
      );
      (await d.system.put(`${BASE}/machines/${id}`, { addresses: ["10.1.2.4"] })).ok();
      assert.equal(asked.machineClassOf("10.1.2.3"), "internal-desktop");
      await d.world.restart();
      assert.equal(d.world.server.directory.machineClassOf("10.1.2.4"), "designated-machine");
    });

    test("tokens are shown once, kept as hashes, bounded, and end by date, by revocation and with the machine", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const id = (await d.system.post(`${BASE}/machines`, { name: "m", department: "PD" })).ok().at("machine_id").text;
      const make = async (more: object = {}): Promise<string> =>
        (await d.system.post(`${BASE}/machines/${id}/tokens`, more)).ok().at("token").text;
      const token = await make();
      const short = await make({ until: d.world.clock.now() + 1000 });
      const asked = d.world.server.directory;
      assert.equal(asked.machineOfToken(token)?.id, id);
      assert.equal(asked.machineOfToken(short)?.id, id);
      assert.equal(asked.machineOfToken(`${token}x`), undefined);
      assert.equal(asked.userOfProxySecret(token), undefined);
      d.world.clock.move(1001);
      assert.equal(asked.machineOfToken(short), undefined);
      const rows = await d.world.server.db.all({ sql: "SELECT * FROM directory_credentials", parameters: [] });
      assert.equal(JSON.stringify(rows).includes(token.slice(4)), false);
      assert.equal((await d.system.get(`${BASE}/machines`)).text.includes(token.slice(4)), false);
      for (let n = 0; n < 19; n += 1) await make();
      assert.equal((await d.system.post(`${BASE}/machines/${id}/tokens`)).brief, "413 M_TOO_LARGE");
      (await d.system.post(`${BASE}/machines/${id}/tokens/revoke`)).ok();
      assert.equal(asked.machineOfToken(token), undefined);
      const last = await make();
      (await d.system.post(`${BASE}/machines/${id}/retire`)).ok();
      assert.equal(asked.machineOfToken(last), undefined);
      assert.equal((await d.system.post(`${BASE}/machines/${id}/tokens`)).brief, "404 DIRECTORY_UNKNOWN");
    });

    test("a proxy secret is its owner's, and ends when they leave", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const { person: amy } = await d.officer("amy", "PD");
      const made = (await amy.post("/causeway/v1/proxy-tokens")).ok();
      assert.equal(made.at("username").text, "amy");
      const secret = made.at("secret").text;
      assert.equal(d.world.server.directory.userOfProxySecret(secret), amy.userId);
      (await amy.post("/causeway/v1/proxy-tokens/revoke")).ok();
      assert.equal(d.world.server.directory.userOfProxySecret(secret), undefined);
      const next = (await amy.post("/causeway/v1/proxy-tokens")).ok().at("secret").text;
      (await d.system.post(path`/causeway/v1/directory/people/${amy.userId}/leave`)).ok();
      assert.equal(d.world.server.directory.userOfProxySecret(next), undefined);
      assert.equal(d.world.server.directory.rolesOf(idOf(amy)).size, 0);
    });
  });
}
