import { engines, path } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BASE, directoryWorld, refusal, type DirectoryWorld } from "./world.ts";

async function division(d: DirectoryWorld, department: string, code: string): Promise<string> {
  const wish = { code, kind: "division", name_en: `Division ${code}` };
  return (await d.system.post(`${BASE}/departments/${department}/units`, wish)).ok().at("unit_id").text;
}

async function codes(d: DirectoryWorld, department: string): Promise<readonly string[]> {
  const found = (await d.nobody.get(`${BASE}/departments/${department}`)).ok();
  return found.at("posts").list.map((post) => post.at("code").text);
}

for (const engine of engines) {
  describe(`mergers and splits on ${engine}`, () => {
    test("a merger moves posts with their holders, roles and delegations; the old codes lead to the new department", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      await d.department("HD");
      const unit = await division(d, "PD", "GD");
      const head = await d.post("PD", "HEAD", { is_head: true });
      const { person: hana } = await d.officer("hana", "PD");
      await d.appoint(head, hana);
      const { person: amy, post } = await d.officer("amy", "PD", { unit });
      const { person: bob } = await d.officer("bob", "HD");
      (await d.security.post(`${BASE}/roles`, { user_id: bob.userId, role: "ditso", department: "HD" })).ok();
      const until = d.world.clock.now() + 86_400_000;
      (await hana.post(`${BASE}/departments/PD/delegations`, { user_id: amy.userId, until })).ok();
      const plan = { ends: ["PD", "HD"], into: [{ code: "ND", name_en: "New", departments: ["PD", "HD"] }] };
      (await d.system.post(`${BASE}/reorganisations`, plan)).ok();
      assert.deepEqual(await codes(d, "ND"), ["HEAD", "P-amy", "P-bob", "P-hana"]);
      const old = (await d.nobody.get(`${BASE}/departments/PD`)).ok();
      assert.deepEqual(old.at("successors").value, ["ND"]);
      assert.equal(old.at("ended").isThere, true);
      const moved = (await d.nobody.get(`${BASE}/posts/${post}`)).ok();
      assert.equal(moved.at("holder", "user_id").text, amy.userId);
      assert.equal(moved.at("department").text, "ND");
      assert.equal(moved.at("unit", "code").text, "GD");
      assert.deepEqual([moved.at("former", 0, "department").text, moved.at("former", 0, "code").text], ["PD", "P-amy"]);
      assert.deepEqual(await d.roles(hana), ["officer"], "the new department has no Head until one is named");
      const duties = (await bob.get(`${BASE}/me`)).at("duties").list.map((one) => one.at("department").value);
      assert.ok(duties.includes("ND"));
      const delegation = (await hana.get(`${BASE}/departments/ND/delegations`)).at("delegations", 0);
      assert.deepEqual(
        [delegation.at("in_force").value, delegation.at("limits").value],
        [true, { from_department: "PD" }],
      );
      assert.equal(
        refusal(await d.system.post(`${BASE}/departments`, { code: "PD", name_en: "Again" })),
        "409 DIRECTORY_CONFLICT code-used",
      );
      const late = await d.system.post(`${BASE}/departments/PD/posts`, { code: "X", title_en: "X" });
      assert.equal(refusal(late), "409 DIRECTORY_CONFLICT department-ended");
      assert.deepEqual(late.at("successors").value, ["ND"]);
      await d.world.restart();
      assert.deepEqual(await codes(d, "ND"), ["HEAD", "P-amy", "P-bob", "P-hana"]);
    });

    test("a split says for everything where it goes, and a Head; later successors are found through earlier ones", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const parks = await division(d, "PD", "PARKS");
      const gardens = await division(d, "PD", "GARDENS");
      const { person: amy, post } = await d.officer("amy", "PD", { unit: parks });
      const { person: bob } = await d.officer("bob", "PD", { unit: gardens });
      const { post: top } = await d.officer("hana", "PD");
      const into = [
        { code: "PK", name_en: "Parks", units: [parks], head: post },
        { code: "GA", name_zh: "花園署", units: [gardens] },
      ];
      const partly = await d.system.post(`${BASE}/reorganisations`, { ends: ["PD"], into });
      assert.equal(refusal(partly), "409 DIRECTORY_CONFLICT not-taken");
      assert.equal(partly.at("left", 0, "code").text, "P-hana");
      const whole = into.map((one) => (one.code === "GA" ? { ...one, posts: [top] } : one));
      (await d.system.post(`${BASE}/reorganisations`, { ends: ["PD"], into: whole })).ok();
      assert.deepEqual([await codes(d, "PK"), await codes(d, "GA")], [["P-amy"], ["P-bob", "P-hana"]]);
      assert.deepEqual(await d.roles(amy), ["head", "officer"]);
      assert.deepEqual(await d.roles(bob), ["officer"]);
      const next = { ends: ["GA"], into: [{ code: "PK", departments: ["GA"] }] };
      (await d.system.post(`${BASE}/reorganisations`, next)).ok();
      assert.deepEqual((await d.nobody.get(`${BASE}/departments/PD`)).at("successors").value, ["PK"]);
      assert.deepEqual(await d.roles(amy), ["head", "officer"], "a department that takes another keeps its Head");
    });

    test("two posts of the same code are renamed, or the merger is refused and nothing has moved", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      await d.department("HD");
      await d.post("PD", "CLERK");
      const clerk = await d.post("HD", "CLERK");
      const plan = { ends: ["PD", "HD"], into: [{ code: "ND", name_en: "New", departments: ["PD", "HD"] }] };
      const refused = await d.system.post(`${BASE}/reorganisations`, plan);
      assert.equal(refusal(refused), "409 DIRECTORY_CONFLICT code-used");
      assert.deepEqual(refused.at("codes").value, ["CLERK"]);
      assert.equal((await d.nobody.get(`${BASE}/departments/ND`)).brief, "404 DIRECTORY_UNKNOWN");
      const renamed = { ...plan, rename_posts: [{ id: clerk, code: "CLERK-H" }] };
      (await d.system.post(`${BASE}/reorganisations`, renamed)).ok();
      assert.equal(
        (await d.nobody.get(`${BASE}/departments/HD/posts/CLERK`)).at("code").text,
        "CLERK-H",
        "by its old code",
      );
      assert.deepEqual(await codes(d, "ND"), ["CLERK", "CLERK-H"]);
    });

    test("one with a date is done at that date, also over a restart; one that no longer fits says why; one may be cancelled", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      await d.department("HD");
      await d.post("PD", "CLERK");
      const at = d.world.clock.now() + 3_600_000;
      const plan = (code: string): object => ({
        at,
        ends: ["PD"],
        into: [{ code, name_en: "New", departments: ["PD"] }],
      });
      const first = (await d.system.post(`${BASE}/reorganisations`, plan("N1"))).ok();
      assert.equal(first.at("status").text, "scheduled");
      (await d.system.post(`${BASE}/reorganisations`, plan("N2"))).ok();
      const third = (await d.system.post(`${BASE}/reorganisations`, plan("N3"))).ok().at("reorganisation_id").text;
      (await d.system.post(`${BASE}/reorganisations/${third}/cancel`)).ok();
      await d.world.restart();
      await d.world.server.directory.tick();
      assert.deepEqual(await codes(d, "PD"), ["CLERK"]);
      d.world.clock.move(3_600_001);
      await d.world.server.directory.tick();
      const statuses = (await d.system.get(`${BASE}/reorganisations`)).at("reorganisations").list;
      assert.deepEqual(statuses.map((one) => one.at("status").text).toSorted(), ["cancelled", "done", "failed"]);
      assert.match(
        String(statuses.find((one) => one.at("status").text === "failed")?.at("fault").value),
        /department-ended/,
      );
      const successors = (await d.nobody.get(`${BASE}/departments/PD`)).at("successors").list;
      assert.equal(successors.length, 1);
      assert.deepEqual(await codes(d, successors[0]?.text ?? ""), ["CLERK"]);
    });

    test("what is not there, is taken twice or does not move is refused, and only system administrators reorganise", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      await d.department("HD");
      const unit = await division(d, "PD", "GD");
      const post = await d.post("HD", "CLERK");
      const tried = async (plan: object): Promise<string> =>
        refusal(await d.system.post(`${BASE}/reorganisations`, plan));
      const into = [{ code: "ND", name_en: "New", departments: ["PD"] }];
      assert.equal(await tried({ ends: ["XX"], into }), "404 DIRECTORY_UNKNOWN");
      assert.equal(await tried({ ends: [], into }), "409 DIRECTORY_CONFLICT not-ending");
      assert.equal(
        await tried({ ends: ["PD"], into: [{ code: "HD", departments: ["PD"], units: [unit] }] }),
        "409 DIRECTORY_CONFLICT taken-twice",
      );
      assert.equal(
        await tried({ ends: ["PD"], into: [{ code: "ND", departments: ["PD"] }] }),
        "409 DIRECTORY_CONFLICT unnamed",
      );
      assert.equal(
        await tried({ ends: ["PD"], into: [{ code: "PD", departments: ["PD"] }] }),
        "409 DIRECTORY_CONFLICT code-used",
      );
      assert.equal(
        await tried({ ends: ["PD"], into, rename_posts: [{ id: post, code: "X" }] }),
        "409 DIRECTORY_CONFLICT not-moved",
      );
      assert.equal(await tried({ ends: ["PD"], into: [{ ...into[0], head: post }] }), "404 DIRECTORY_UNKNOWN");
      assert.equal(await tried({ ends: ["PD"], into: [] }), "400 M_BAD_JSON");
      for (const person of [d.nobody, d.security])
        assert.equal((await person.post(`${BASE}/reorganisations`, { ends: ["PD"], into })).brief, "403 NOT_PERMITTED");
      assert.equal(
        (await d.nobody.get(path`/causeway/v1/directory/departments/${"ND"}`)).brief,
        "404 DIRECTORY_UNKNOWN",
      );
    });
  });
}
