import { engines, path, sharedWorld, TEST_PASSWORD } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SYSTEM } from "./world.ts";

for (const engine of engines) {
  describe(`the user that the server speaks as on ${engine}`, () => {
    const shared = sharedWorld({ engine, env: { CAUSEWAY_REGISTRATION: "open" } });

    test("nobody can register under its name, however it is written", async () => {
      const world = shared();
      for (const username of ["causeway", "Causeway", "CAUSEWAY"]) {
        const body = { username, password: TEST_PASSWORD, auth: { type: "m.login.dummy" } };
        assert.equal((await world.call({ method: "POST", path: "/register", body })).brief, "400 M_USER_IN_USE");
      }
      const available = await world.call({
        method: "GET",
        path: "/register/available",
        query: { username: "causeway" },
      });
      assert.equal(available.brief, "400 M_USER_IN_USE");
      const made = await world.server.accounts.createUser({ localpart: "causeway", password: TEST_PASSWORD });
      assert.equal(made.ok, false);
      const operator = await world.server.operations["create-user"]?.({ user: "causeway", password: TEST_PASSWORD });
      assert.equal(operator?.ok, false);
    });

    test("nobody can sign in as it, nor set a password for it", async () => {
      const world = shared();
      for (const user of ["causeway", "Causeway", SYSTEM]) {
        const body = { type: "m.login.password", identifier: { type: "m.id.user", user }, password: TEST_PASSWORD };
        assert.equal((await world.call({ method: "POST", path: "/login", body })).brief, "403 M_FORBIDDEN");
        const reset = await world.server.operations["reset-password"]?.({ user, password: TEST_PASSWORD });
        assert.equal(reset?.ok, false);
      }
    });

    test("an import cannot make it a person, nor one whose name differs by case", async () => {
      const world = shared();
      for (const user of ["causeway", "@Causeway:localhost", "@causeway:localhost"]) {
        const csv = `department,department_en,post,title_en,user,name_en\nAA,Department,P1,Post,${user},Impostor\n`;
        const done = await world.server.directory.importFile(Buffer.from(csv), { dryRun: false, absent: "keep" });
        assert.equal(done.ok, false, user);
      }
    });

    test("it has a name in three languages, and nobody can invite it", async () => {
      const world = shared();
      const amy = await world.person("amy");
      const profile = (await amy.get(path`/profile/${SYSTEM}`)).ok();
      assert.match(profile.at("displayname").text, /Causeway.*系統.*系统/);
      const room = await amy.createRoom();
      assert.equal((await amy.about("invite", room, SYSTEM)).status, 404);
      assert.equal((await amy.post("/createRoom", { invite: [SYSTEM] })).brief, "403 M_FORBIDDEN");
    });
  });
}
