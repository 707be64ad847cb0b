import { engines, path, type Answered, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ACCESS, accessWorld, confirmed, DAY, refusal, type AccessWorld } from "./world.ts";

function proof(who: Person, on: string | readonly string[], more: object = {}): Promise<Answered> {
  return who.get("/causeway/v1/audit/proofs", { on, ...more });
}

function actsOf(entries: Answered): readonly unknown[] {
  return entries
    .ok()
    .at("entries")
    .list.map((entry) => entry.at("act").value);
}

async function settled(w: AccessWorld): Promise<void> {
  await w.world.server.audit.settle();
}

for (const engine of engines) {
  describe(`proofs and looks in the log on ${engine}`, () => {
    test("who asked, who decided and who reads the register are given the proof of a grant; others as if there were none", async () => {
      await using w = await accessWorld(engine);
      const request = await w.asked(w.chan.person);
      (await w.approve(w.head.person, request)).ok();
      const grant = (await w.view(w.chan.person, request)).at("grant", "grant_id").text;
      await settled(w);
      for (const who of [w.chan.person, w.head.person, w.ditso.person])
        for (const thing of [grant, request])
          assert.equal((await proof(who, thing)).status, 200, `${who.userId} ${thing}`);
      const never = await proof(w.ho.person, "gr_AAAAAAAAAAAAAAAAAAAAAA");
      assert.equal(refusal(never), "403 NOT_PERMITTED no-party");
      for (const who of [w.ho.person, w.minister.person]) {
        for (const thing of [grant, request]) assert.deepEqual((await proof(who, thing)).json.value, never.json.value);
      }
      assert.equal(refusal(await proof(w.chan.person, [grant, "gr_AAAAAAAAAAAAAAAAAAAAAA"])), refusal(never));
      assert.equal(refusal(await proof(w.chan.person, w.chan.post)), refusal(never), "a post is nobody's own");
    });

    test("an auditor reads what is recorded of a person under an approved look only, and each time is recorded", async () => {
      await using w = await accessWorld(engine);
      const auditor = (await w.officer("auditor", "PGD")).person;
      await w.grantRole(auditor, "auditor");
      await w.granted(w.chan.person);
      const read = (who: Person): Promise<Answered> =>
        who.get(path`/causeway/v1/audit/people/${w.chan.person.userId}/entries`);
      assert.equal((await read(auditor)).brief, "403 LOOK_NOT_APPROVED");
      const wish = { person: w.chan.person.userId, reason: "a leak is suspected", until: w.now() + DAY };
      const look = (await auditor.post(`${ACCESS}/looks`, wish)).ok().at("look_id").text;
      assert.equal((await read(auditor)).brief, "403 LOOK_NOT_APPROVED", "asked is not approved");
      (await confirmed(w.head.person, `${ACCESS}/looks/${look}/decide`, { decision: "allow" })).ok();
      await settled(w);
      assert.ok(actsOf(await read(auditor)).includes("request.asked"));
      assert.equal((await read(w.ditso.person)).brief, "403 NOT_PERMITTED");
      await settled(w);
      const looked = (await auditor.get("/causeway/v1/audit/entries", { act: "audit.looked", show: "entries" })).ok();
      assert.equal(looked.at("entries", 0, "facts", "look").value, look);
      assert.equal(refusal(await proof(w.chan.person, look)), "403 NOT_PERMITTED no-party", "not told yet");
      w.world.clock.move(DAY + 1);
      assert.equal((await read(auditor)).brief, "403 LOOK_NOT_APPROVED");
      await w.pass(0);
      await settled(w);
      assert.equal((await proof(w.chan.person, look)).status, 200, "told, and given the proof");
    });
  });
}
