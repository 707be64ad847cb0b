import { engines, path, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BASE, directoryWorld, idOf, refusal } from "./world.ts";

const DAY = 86_400_000;

for (const engine of engines) {
  describe(`roles and delegations on ${engine}`, () => {
    test("each administrator gives the roles of their side, to others, and nobody both administrator roles", async () => {
      await using d = await directoryWorld(engine);
      const [amy, bob] = await d.world.people("amy", "bob");
      const give = async (by: Person, to: Person, role: string): Promise<string> =>
        refusal(await by.post(`${BASE}/roles`, { user_id: to.userId, role }));
      assert.equal(await give(d.system, amy, "system-administrator"), "200");
      assert.equal(await give(d.security, amy, "security-administrator"), "409 ROLES_EXCLUDE");
      assert.equal(await give(d.security, bob, "security-administrator"), "200");
      assert.equal(await give(d.system, bob, "system-administrator"), "409 ROLES_EXCLUDE");
      assert.equal(await give(d.system, bob, "auditor"), "403 NOT_PERMITTED role-missing");
      assert.equal(await give(d.security, d.security, "auditor"), "403 NOT_PERMITTED own-role");
      assert.equal(await give(amy, amy, "system-administrator"), "403 NOT_PERMITTED own-role");
      assert.equal(await give(d.security, amy, "head"), "400 M_BAD_JSON");
      assert.equal(await give(d.security, amy, "ditso"), "409 DIRECTORY_CONFLICT department-missing");
      const stranger = await d.security.post(`${BASE}/roles`, { user_id: "@nowhere:localhost", role: "auditor" });
      assert.equal(stranger.brief, "404 DIRECTORY_UNKNOWN");
    });

    test("both administrator roles given to one person over HTTP and by operators at the same time: one holds", async () => {
      await using d = await directoryWorld(engine);
      for (let round = 0; round < 5; round += 1) {
        const person = await d.world.person("racer");
        const given = await Promise.all([
          d.system
            .post(`${BASE}/roles`, { user_id: person.userId, role: "system-administrator" })
            .then((one) => one.brief),
          d.security
            .post(`${BASE}/roles`, { user_id: person.userId, role: "security-administrator" })
            .then((one) => one.brief),
          d.grant(person, round % 2 === 0 ? "security-administrator" : "system-administrator").then(
            () => "granted",
            (error: unknown) => String(error),
          ),
        ]);
        await d.world.server.directory.tick();
        const held = d.world.server.directory.rolesOf(idOf(person));
        const both = ["system-administrator", "security-administrator"].filter((role) =>
          [...held].some((one) => one === role),
        );
        assert.equal(both.length, 1, JSON.stringify(given));
      }
    });

    test("a role that was taken is gone at the next request, one with an end at its end, and after that the other may be given", async () => {
      await using d = await directoryWorld(engine);
      const amy = await d.world.person("amy");
      const until = d.world.clock.now() + 60_000;
      const wish = { user_id: amy.userId, role: "security-administrator", until };
      (await d.security.post(`${BASE}/roles`, wish)).ok();
      assert.equal((await amy.get(`${BASE}/roles`)).brief, "200");
      d.world.clock.move(60_001);
      assert.equal((await amy.get(`${BASE}/roles`)).brief, "403 NOT_PERMITTED");
      const given = await d.system.post(`${BASE}/roles`, { user_id: amy.userId, role: "system-administrator" });
      assert.equal((await amy.get(`${BASE}/roles`)).brief, "200");
      const id = given.ok().at("role_id").text;
      assert.equal(refusal(await d.security.post(`${BASE}/roles/${id}/take`)), "403 NOT_PERMITTED role-missing");
      assert.equal(refusal(await amy.post(`${BASE}/roles/${id}/take`)), "403 NOT_PERMITTED own-role");
      (await d.system.post(`${BASE}/roles/${id}/take`)).ok();
      assert.equal((await amy.get(`${BASE}/roles`)).brief, "403 NOT_PERMITTED");
      assert.equal((await d.system.post(`${BASE}/roles/${id}/take`)).brief, "404 DIRECTORY_UNKNOWN");
    });

    test("acting in a post gives the roles of the post and never an administrator's; nobody gets one by a post of their own making", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const { person: amy } = await d.officer("amy", "PD");
      const post = await d.post("PD", "DITSO");
      (await d.security.put(`${BASE}/posts/${post}/roles`, { roles: ["ditso", "dso"] })).ok();
      for (const role of ["system-administrator", "security-administrator"])
        assert.equal((await d.security.put(`${BASE}/posts/${post}/roles`, { roles: [role] })).brief, "400 M_BAD_JSON");
      assert.equal((await d.system.put(`${BASE}/posts/${post}/roles`, { roles: [] })).brief, "403 NOT_PERMITTED");
      const until = d.world.clock.now() + DAY;
      const acting = await d.appoint(post, amy, { kind: "acting", until });
      assert.deepEqual(await d.roles(amy), ["ditso", "dso", "officer"]);
      (await d.system.post(`${BASE}/appointments/${acting}/end`)).ok();
      assert.deepEqual(await d.roles(amy), ["officer"]);
      await d.enter(d.system);
      const own = await d.system.post(`${BASE}/posts/${post}/appointments`, {
        user_id: d.system.userId,
        kind: "substantive",
      });
      assert.equal(refusal(own), "403 NOT_PERMITTED own-post");
      await d.enter(d.security);
      await d.appoint(post, d.security);
      const raised = await d.security.put(`${BASE}/posts/${post}/roles`, { roles: ["ditso", "dso", "auditor"] });
      assert.equal(refusal(raised), "403 NOT_PERMITTED own-role");
    });

    test("a delegation holds between its dates only, is revocable, and ends with the delegate's last post in the department", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      await d.department("HD");
      const head = await d.post("PD", "HEAD", { is_head: true });
      const { person: hana } = await d.officer("hana", "PD");
      await d.appoint(head, hana);
      const { person: amy, appointment } = await d.officer("amy", "PD");
      const { person: other } = await d.officer("other", "HD");
      const otherHead = await d.post("HD", "HEAD", { is_head: true });
      await d.appoint(otherHead, other);
      const now = d.world.clock.now();
      const at = `${BASE}/departments/PD/delegations`;
      const wish = {
        user_id: amy.userId,
        from: now + DAY,
        until: now + 2 * DAY,
        limits: { max_days: 30, categories: ["messaging"] },
      };
      assert.equal(refusal(await other.post(at, wish)), "403 NOT_PERMITTED not-head");
      assert.equal((await amy.post(at, wish)).brief, "403 NOT_PERMITTED");
      assert.equal((await d.system.post(at, wish)).brief, "403 NOT_PERMITTED");
      const to = (user: string, more: object = {}): object => ({ ...wish, user_id: user, ...more });
      assert.equal(refusal(await hana.post(at, to(hana.userId))), "403 NOT_PERMITTED own-role");
      assert.equal(refusal(await hana.post(at, to(other.userId))), "409 DIRECTORY_CONFLICT no-post");
      assert.equal(refusal(await hana.post(at, to(amy.userId, { until: now }))), "409 DIRECTORY_CONFLICT dates");
      assert.equal(
        refusal(await hana.post(at, to(amy.userId, { until: now + 400 * DAY }))),
        "409 DIRECTORY_CONFLICT too-long",
      );
      assert.equal((await hana.post(at, to(amy.userId, { limits: { anything: 1 } }))).brief, "400 M_BAD_JSON");
      const first = (await hana.post(at, wish)).ok();
      assert.equal(refusal(await hana.post(at, wish)), "409 DIRECTORY_CONFLICT delegated-already");
      assert.deepEqual(await d.roles(amy), ["officer"]);
      d.world.clock.move(DAY + 1000);
      assert.deepEqual(await d.roles(amy), ["delegate", "officer"]);
      const revoke = `${BASE}/delegations/${first.at("delegation_id").text}/revoke`;
      assert.equal((await other.post(revoke)).brief, "404 DIRECTORY_UNKNOWN", "another Head is not told of it");
      (await d.security.post(revoke)).ok();
      assert.deepEqual(await d.roles(amy), ["officer"]);
      const until = d.world.clock.now() + DAY;
      (await hana.post(at, { user_id: amy.userId, until })).ok();
      assert.deepEqual(await d.roles(amy), ["delegate", "officer"]);
      (await d.system.post(`${BASE}/appointments/${appointment}/end`)).ok();
      assert.deepEqual(await d.roles(amy), ["officer"]);
      d.world.clock.move(2 * DAY);
      assert.deepEqual(await d.roles(amy), ["officer"]);
    });

    test("who may read roles sees administrators; others see duties only", async () => {
      await using d = await directoryWorld(engine);
      await d.enter(d.security);
      await d.department("PD");
      (await d.system.post(`${BASE}/people`, { user_id: d.system.userId, name_en: "SYS" })).ok();
      const seen = async (by: Person, whom: Person): Promise<unknown> =>
        (await by.get(path`/causeway/v1/directory/people/${whom.userId}`)).ok().at("roles").value;
      assert.deepEqual(await seen(d.nobody, d.security), ["officer"]);
      assert.deepEqual(await seen(d.system, d.security), ["officer", "security-administrator"]);
      assert.deepEqual(await seen(d.security, d.security), ["officer", "security-administrator"]);
      assert.equal((await d.nobody.get(`${BASE}/roles`)).brief, "403 NOT_PERMITTED");
    });

    test("somebody without a role is refused on every endpoint that changes something, the same for what is there and what is not", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const { person: amy, post, appointment } = await d.officer("amy", "PD");
      const machine = (await d.system.post(`${BASE}/machines`, { name: "m", department: "PD" }))
        .ok()
        .at("machine_id").text;
      const unit = (await d.nobody.get(`${BASE}/departments/PD`)).at("unit_id").text;
      const nothing = "xx".padEnd(19, "x");
      const targets: readonly (readonly [there: string, not: string])[] = [
        [`departments/PD/units`, `departments/XX/units`],
        [`departments/PD/posts`, `departments/XX/posts`],
        [`units/${unit}/end`, `units/un_${nothing}/end`],
        [`posts/${post}/abolish`, `posts/po_${nothing}/abolish`],
        [`posts/${post}/appointments`, `posts/po_${nothing}/appointments`],
        [`appointments/${appointment}/end`, `appointments/ap_${nothing}/end`],
        [path`people/${amy.userId}/leave`, path`people/${"@none:localhost"}/leave`],
        [`departments/PD/delegations`, `departments/XX/delegations`],
        [`delegations/de_${nothing}/revoke`, `delegations/rubbish/revoke`],
        [`roles/ro_${nothing}/take`, `roles/rubbish/take`],
        [`machines/${machine}/retire`, `machines/ma_${nothing}/retire`],
        [`machines/${machine}/tokens`, `machines/ma_${nothing}/tokens`],
        [`departments`, `departments`],
        [`people`, `people`],
        [`roles`, `roles`],
        [`machines`, `machines`],
        [`reorganisations`, `reorganisations`],
        [`import`, `import?dry_run=true`],
      ];
      for (const pair of targets) {
        const [there, not] = await Promise.all(pair.map((one) => d.nobody.post(`${BASE}/${one}`, {})));
        assert.equal(there?.brief, "403 NOT_PERMITTED", pair[0]);
        assert.equal(there?.text, not?.text, pair[0]);
      }
      const puts = [
        `units/${unit}`,
        `posts/${post}`,
        `posts/${post}/roles`,
        path`people/${amy.userId}`,
        `machines/${machine}`,
        `machines/${machine}/class`,
      ];
      for (const one of puts) assert.equal((await d.nobody.put(`${BASE}/${one}`, {})).brief, "403 NOT_PERMITTED", one);
      assert.equal((await d.nobody.get(`${BASE}/machines`)).brief, "403 NOT_PERMITTED");
      assert.equal((await d.nobody.get(`${BASE}/reorganisations`)).brief, "403 NOT_PERMITTED");
      assert.equal((await d.world.call({ method: "GET", path: `${BASE}/departments` })).brief, "401 M_MISSING_TOKEN");
    });

    test("an operator's command reaches a running server within a tick", async () => {
      await using d = await directoryWorld(engine);
      const amy = await d.world.person("amy");
      assert.equal((await amy.get(`${BASE}/roles`)).brief, "403 NOT_PERMITTED");
      await d.grant(amy, "auditor");
      assert.equal((await amy.get(`${BASE}/roles`)).brief, "200");
    });
  });
}
