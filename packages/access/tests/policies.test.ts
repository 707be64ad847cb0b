import { grantRole } from "@causeway/directory";
import { engines, testWorld, type Answered, type Person, type TestWorld } from "@causeway/testkit";
import { parseUserId } from "@causeway/base";
import type { Engine } from "@causeway/platform";
import { compilePolicy, decide, machineOfAddress } from "@causeway/policy";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

const DIRECTORY = "/causeway/v1/directory";
const CATALOGUE = "/causeway/v1/catalogue";
const POLICIES = "/causeway/v1/policies";

/** A government of two departments, with those who publish. */
class Government implements AsyncDisposable {
  readonly world: TestWorld;
  readonly system: Person;
  readonly security: Person;
  readonly dpo: Person;
  readonly police: Person;
  readonly parks: Person;
  readonly clerk: Person;

  constructor(world: TestWorld, people: readonly Person[]) {
    this.world = world;
    const [system, security, dpo, police, parks, clerk] = people;
    if (!system || !security || !dpo || !police || !parks || !clerk) throw new Error("six people");
    Object.assign(this, { system, security, dpo, police, parks, clerk });
    [this.system, this.security, this.dpo] = [system, security, dpo];
    [this.police, this.parks, this.clerk] = [police, parks, clerk];
  }

  static async start(engine: Engine): Promise<Government> {
    const world = await testWorld({ engine, env: { CAUSEWAY_PUBLIC_URL: "https://chat.gov.example" } });
    const people = await world.people("system", "security", "dpo", "police", "parks", "clerk");
    const made = new Government(world, people);
    await made.give(made.system, "system-administrator");
    await made.give(made.security, "security-administrator");
    for (const code of ["PD", "LCSD"]) {
      const names = { code, name_en: `Department ${code}`, name_zh: code };
      (await made.system.post(`${DIRECTORY}/departments`, names)).ok();
    }
    for (const [person, code] of [
      [made.dpo, "PD"],
      [made.police, "PD"],
      [made.parks, "LCSD"],
      [made.clerk, "PD"],
    ] as const)
      await made.post(person, code);
    await made.give(made.dpo, "dpo");
    await made.give(made.police, "ditso", "PD");
    await made.give(made.parks, "ditso", "LCSD");
    return made;
  }

  async give(person: Person, role: string, department?: string): Promise<void> {
    const { db, accounts } = this.world.server;
    const user = parseUserId(person.userId);
    if (user === undefined) throw new Error("not a user id");
    const wish = { user, role, ...(department === undefined ? {} : { department }) };
    const done = await grantRole({ db, clock: this.world.clock, accounts }, wish);
    if (!done.ok) throw new Error(done.error.code);
    await this.world.server.directory.tick();
  }

  async post(person: Person, department: string): Promise<void> {
    const code = `P-${person.userId.slice(1).replace(/:.*/, "")}`;
    (await this.system.post(`${DIRECTORY}/people`, { user_id: person.userId, name_en: code, name_zh: "" })).ok();
    const post = (await this.system.post(`${DIRECTORY}/departments/${department}/posts`, { code, title_en: code }))
      .ok()
      .at("post_id").text;
    const wish = { user_id: person.userId, kind: "substantive" };
    (await this.system.post(`${DIRECTORY}/posts/${post}/appointments`, wish)).ok();
  }

  /** Writes a draft and publishes it. */
  async publish(
    by: Person,
    base: string,
    what: { readonly content: object; readonly query?: string; readonly effective?: number },
  ): Promise<Answered> {
    const { query = "", effective, content } = what;
    const { revision } = Object((await by.get(`${base}/draft${query}`)).ok().body);
    const written = (await by.put(`${base}/draft${query}`, { ...content, revision })).ok();
    const wish = { revision: written.at("revision").value, ...(effective === undefined ? {} : { effective }) };
    return await by.post(`${base}/publish${query}`, wish);
  }

  async settle(): Promise<void> {
    await this.world.server.policy.publisher.tick();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]();
  }
}

const service = {
  ...{ id: "vendor-share", category: "file-transfer", clause: "PD-1" },
  name: { en: "Vendor share", zhHant: "供應商分享", zhHans: "供应商分享" },
  reason: { en: "Files leave.", zhHant: "檔案流出。", zhHans: "文件流出。" },
  hosts: [{ kind: "suffix", host: "share.example" }],
};

function byText(left: unknown, right: unknown): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}

function faultsOf(answered: Answered): readonly string[] {
  assert.equal(answered.brief, "400 EDITION_REFUSED");
  return answered.at("faults").list.map((one) => `${one.at("at").text}: ${one.at("fault").text}`);
}

for (const engine of engines) {
  describe(`catalogue and rules on ${engine}`, () => {
    test("a new server blocks what the product comes with, and everybody may see what and why", async () => {
      await using g = await Government.start(engine);
      const { services } = Object((await g.clerk.get(CATALOGUE)).ok().body);
      const whatsapp = services.find((one: { id: string }) => one.id === "whatsapp");
      assert.equal(whatsapp.category, "messaging");
      assert.equal(whatsapp.name.zhHans, "WhatsApp");
      assert.equal((await g.clerk.get(POLICIES)).brief, "403 NOT_PERMITTED");
      const policies = (await g.police.get(POLICIES)).ok();
      assert.deepEqual(
        policies.at("rules").list.map((one) => one.at("id").text),
        ["webmail", "cloud-storage", "messaging", "file-transfer", "resolver-desktop", "resolver-designated"],
      );
      const editions = (await g.clerk.get(`${CATALOGUE}/editions`)).ok();
      assert.equal(editions.at("current").value, 1);
      assert.equal(editions.at("editions").list.length, 1);
      const version = policies.at("version").value;
      await g.world.restart();
      assert.equal((await g.police.get(POLICIES)).ok().at("version").value, version);
    });

    test("the centre's catalogue is written by the DPO alone, a department's own by its DITSO, and drafts are theirs", async () => {
      await using g = await Government.start(engine);
      const content = { services: [service] };
      const wish = { ...content, revision: 0 };
      for (const person of [g.clerk, g.police, g.security])
        assert.equal((await person.put(`${CATALOGUE}/draft`, wish)).brief, "403 NOT_PERMITTED");
      assert.equal((await g.dpo.put(`${CATALOGUE}/draft?department=PD`, wish)).brief, "403 NOT_PERMITTED");
      assert.equal((await g.parks.put(`${CATALOGUE}/draft?department=PD`, wish)).brief, "403 NOT_PERMITTED");
      assert.equal((await g.police.put(`${CATALOGUE}/draft?department=XX`, wish)).brief, "404 DIRECTORY_UNKNOWN");
      const { revision } = Object((await g.police.put(`${CATALOGUE}/draft?department=PD`, wish)).ok().body);
      assert.equal((await g.parks.get(`${CATALOGUE}/draft?department=PD`)).brief, "403 NOT_PERMITTED");
      const compared = `${CATALOGUE}/differences?department=PD&from=shipped&to=draft`;
      assert.equal((await g.parks.get(compared)).brief, "403 NOT_PERMITTED");
      assert.equal((await g.clerk.get(compared)).brief, "403 NOT_PERMITTED");
      assert.equal((await g.police.put(`${CATALOGUE}/draft?department=PD`, wish)).brief, "409 EDITION_CONFLICT");
      const stale = { revision: Number(revision) - 1 };
      assert.equal((await g.police.post(`${CATALOGUE}/publish?department=PD`, stale)).brief, "409 EDITION_CONFLICT");
      (await g.police.post(`${CATALOGUE}/publish?department=PD`, { revision })).ok();
      assert.equal(
        (await g.police.post(`${CATALOGUE}/publish?department=PD`, { revision })).brief,
        "404 EDITION_UNKNOWN",
      );
      const seenBy = async (person: Person): Promise<boolean> =>
        (await person.get(CATALOGUE)).ok().text.includes("vendor-share");
      assert.deepEqual([await seenBy(g.clerk), await seenBy(g.parks), await seenBy(g.security)], [true, false, true]);
      const editions = `${CATALOGUE}/editions?department=PD`;
      assert.equal((await g.parks.get(editions)).brief, "403 NOT_PERMITTED");
      assert.equal((await g.clerk.get(editions)).ok().at("editions").list.length, 1);
    });

    test("what a department adds reaches its own machines only, and its rules never open what the centre blocks", async () => {
      await using g = await Government.start(engine);
      (await g.publish(g.police, CATALOGUE, { content: { services: [service] }, query: "?department=PD" })).ok();
      const open = { rules: [{ id: "wa", service: "whatsapp", effect: "allowed", clause: "1" }] };
      const put = (content: object): Promise<Answered> =>
        g.police.put(`${POLICIES}/draft?department=PD`, { ...content, revision: 0 });
      assert.deepEqual(faultsOf(await put(open)), ["wa: a department may allow only its own services"]);
      const others = {
        rules: [{ id: "a", category: "messaging", department: "LCSD", effect: "blocked", clause: "1" }],
      };
      assert.deepEqual(faultsOf(await put(others)), ["a: a department's rules are for its own machines"]);
      const personal = { rules: [{ id: "a", machineClass: "personal-device", effect: "blocked", clause: "1" }] };
      assert.deepEqual(faultsOf(await put(personal)), ["a: personal devices are outside the ban"]);
      const theirs = { ...service, hosts: [{ kind: "exact", host: "web.whatsapp.com" }] };
      const claimed = { services: [theirs], revision: 0 };
      assert.deepEqual(faultsOf(await g.police.put(`${CATALOGUE}/draft?department=PD`, claimed)), [
        "vendor-share: web.whatsapp.com is the centre's",
      ]);
      const observe = { rules: [], observe: { everywhere: true } };
      assert.deepEqual(faultsOf(await put(observe)), ["observe: the centre alone says where nothing is enforced"]);
      const own = {
        rules: [
          { id: "own", service: "vendor-share", effect: "conditional", conditions: { upload: false }, clause: "1" },
        ],
      };
      (await g.publish(g.police, POLICIES, { content: own, query: "?department=PD" })).ok();
      await g.settle();
      const document = g.world.server.policy.publisher.current();
      const unit = g.world.server.directory.department("PD")?.id;
      const made = document.services.find((one) => one.id.startsWith("vendor-share"));
      assert.equal(made?.department, unit);
      assert.equal(made?.id, `vendor-share.${unit}`);
      const rule = document.rules.find((one) => one.id.startsWith("own"));
      assert.deepEqual([rule?.department, rule?.service], [unit, made?.id]);
      assert.deepEqual(g.world.server.policy.services.of(String(unit)).at(-1)?.id, made?.id);
      // The centre lists the same later: then it is the centre's.
      const { revision: _revision, services } = Object((await g.dpo.get(`${CATALOGUE}/draft`)).ok().body);
      const wider = { ...service, id: "wider" };
      (await g.publish(g.dpo, CATALOGUE, { content: { services: [...services, wider] } })).ok();
      await g.settle();
      const left = g.world.server.policy.publisher.current().services.find((one) => one.id === made?.id);
      assert.deepEqual(left?.hosts, []);
    });

    test("faults are all listed with their place, and nothing is kept", async () => {
      await using g = await Government.start(engine);
      const bad = [
        { ...service, hosts: [{ kind: "suffix", host: "gov.example" }] },
        { ...service, id: "b", hosts: [{ kind: "suffix", host: "hk" }] },
      ];
      const faults = faultsOf(await g.dpo.put(`${CATALOGUE}/draft`, { services: bad, revision: 0 }));
      assert.deepEqual(faults, [
        "vendor-share: gov.example would cover this server itself (chat.gov.example)",
        "b: hk is a whole top-level domain",
        "b: it has no host, address or program",
      ]);
      assert.equal((await g.dpo.get(`${CATALOGUE}/draft`)).ok().at("revision").value, 0);
      const rules = [
        { id: "a", service: "nothing", effect: "blocked", clause: "1" },
        { id: "b", category: "messaging", effect: "blocked", clause: "1" },
        { id: "c", category: "messaging", effect: "allowed", clause: "1" },
        { id: "d", category: "webmail", effect: "conditional", clause: "1" },
      ];
      assert.deepEqual(faultsOf(await g.dpo.put(`${POLICIES}/draft`, { rules, revision: 0 })), [
        "a: there is no service nothing",
        "d: conditions belong to the effect `conditional`",
        "c: another rule speaks of the same at the same time",
      ]);
      for (const body of [{}, { services: "x", revision: 0 }, { services: [{}], revision: 0 }])
        assert.equal((await g.dpo.put(`${CATALOGUE}/draft`, body)).status, 400);
    });

    test("a version comes into effect at its time and not before, can be taken back until then, and is compared with others", async () => {
      await using g = await Government.start(engine);
      const { services } = Object((await g.dpo.get(`${CATALOGUE}/draft`)).ok().body);
      const less = services.filter((one: { id: string }) => one.id !== "slack");
      const changed = less.map((one: { id: string }) =>
        one.id === "signal" ? { ...one, hosts: [{ kind: "suffix", host: "signal.example" }] } : one,
      );
      const effective = g.world.clock.now() + 60_000;
      const coming = (
        await g.publish(g.dpo, CATALOGUE, { content: { services: [...changed, service] }, effective })
      ).ok();
      assert.equal(coming.at("version").value, 2);
      const names = async (): Promise<string> => (await g.clerk.get(CATALOGUE)).text;
      assert.ok((await names()).includes("slack"));
      const differences = (await g.clerk.get(`${CATALOGUE}/differences?from=1&to=2`)).ok();
      assert.deepEqual(differences.at("added").value, ["vendor-share"]);
      assert.deepEqual(differences.at("removed").value, ["slack"]);
      assert.equal(differences.at("changed").list.length, 1);
      assert.deepEqual(differences.at("changed", 0, "hostsAdded").value, ["suffix signal.example"]);
      const sooner = await g.publish(g.dpo, CATALOGUE, { content: { services: less } });
      assert.equal(`${sooner.brief} ${sooner.at("reason").text}`, "409 EDITION_CONFLICT pending");
      const before = g.world.server.policy.publisher.current().version;
      g.world.clock.move(60_001);
      await g.settle();
      const after = g.world.server.policy.publisher.current();
      assert.ok(after.version > before);
      assert.ok(!after.services.some((one) => one.id === "slack"));
      assert.ok(!(await names()).includes('"slack"'));
      const late = await g.dpo.post(`${CATALOGUE}/editions/2/withdraw`);
      assert.equal(`${late.brief} ${late.at("reason").text}`, "409 EDITION_CONFLICT in-effect");
      const again = { effective: g.world.clock.now() + 60_000 };
      (await g.publish(g.dpo, CATALOGUE, { content: { services: [] }, ...again })).ok();
      assert.equal((await g.security.post(`${CATALOGUE}/editions/3/withdraw`)).brief, "403 NOT_PERMITTED");
      (await g.dpo.post(`${CATALOGUE}/editions/3/withdraw`)).ok();
      g.world.clock.move(60_001);
      await g.settle();
      assert.ok(g.world.server.policy.publisher.current().services.length > 40);
      await g.world.restart();
      assert.equal((await g.clerk.get(`${CATALOGUE}/editions`)).ok().at("current").value, 2);
      assert.equal((await g.clerk.get(`${CATALOGUE}/editions/9`)).brief, "404 EDITION_UNKNOWN");
    });

    test("nothing is refused where it is only observed: everywhere, or on the machines of some departments", async () => {
      await using g = await Government.start(engine);
      const machineOf = async (code: string, address: string): Promise<void> => {
        const wish = { name: code, department: code, addresses: [address] };
        (await g.system.post(`${DIRECTORY}/machines`, wish)).ok();
      };
      await machineOf("PD", "192.0.2.1");
      await machineOf("LCSD", "192.0.2.2");
      const source = await g.world.server.policy.points.source("proxy", "Proxy");
      const found = (): readonly string[] => {
        const policy = source.current();
        if (policy === undefined) return [];
        return ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map((address) => {
          const target = { kind: "host", host: "web.whatsapp.com" } as const;
          const machine = machineOfAddress(policy, address);
          const verdict = decide(policy, { machine, target, now: source.now() });
          source.count(machine, verdict);
          return verdict.allowed ? verdict.by : verdict.reason;
        });
      };
      const observe = async (what: object): Promise<void> => {
        const { revision: _revision, ...content } = Object((await g.dpo.get(`${POLICIES}/draft`)).ok().body);
        (await g.publish(g.dpo, POLICIES, { content: { ...content, observe: what } })).ok();
        await g.world.server.policy.publisher.settle();
      };
      await g.world.server.policy.publisher.settle();
      assert.deepEqual(found(), ["blocked", "blocked", "blocked"]);
      await observe({ departments: ["PD"] });
      assert.deepEqual(found(), ["observed", "blocked", "blocked"]);
      await observe({ everywhere: true });
      assert.deepEqual(found(), ["observed", "observed", "observed"]);
      await source.close();
      const rows = (await g.dpo.get(`${POLICIES}/counts`)).ok().at("counts").list;
      const sum = (of: string): number => rows.reduce((total, row) => total + Number(row.at(of).value), 0);
      assert.deepEqual([sum("observed"), sum("refused"), sum("allowed")], [4, 5, 0]);
      const stored = JSON.stringify(
        await g.world.server.db.all({ sql: "SELECT * FROM policy_counts", parameters: [] }),
      );
      assert.ok(!stored.includes("192.0.2") && !stored.includes("ma_") && !stored.includes("@"));
    });

    test("a rule that is only observed refuses nothing and counts; what it would have refused is known before", async () => {
      await using g = await Government.start(engine);
      const { revision: _revision, ...content } = Object((await g.dpo.get(`${POLICIES}/draft`)).ok().body);
      const watched = content.rules.map((rule: { id: string }) =>
        rule.id === "messaging" ? { ...rule, observe: true } : rule,
      );
      (await g.publish(g.dpo, POLICIES, { content: { ...content, rules: watched } })).ok();
      await g.world.server.policy.publisher.settle();
      const source = await g.world.server.policy.points.source("proxy", "Proxy");
      const policy = source.current();
      assert.ok(policy !== undefined);
      const machine = machineOfAddress(policy, "192.0.2.3");
      const ask = (host: string): string => {
        const verdict = decide(policy, { machine, target: { kind: "host", host }, now: source.now() });
        source.count(machine, verdict);
        return verdict.allowed ? verdict.by : verdict.reason;
      };
      assert.deepEqual([ask("web.whatsapp.com"), ask("mail.google.com")], ["observed", "blocked"]);
      await source.close();
      const body = { ...content, rules: watched };
      const whatIf = (await g.dpo.post(`${POLICIES}/what-if`, body)).ok();
      assert.deepEqual([whatIf.at("refused_then").value, whatIf.at("observed_then").value], [1, 1]);
      const enforced = (await g.dpo.post(`${POLICIES}/what-if`, content)).ok();
      assert.deepEqual([enforced.at("refused_then").value, enforced.at("observed_then").value], [2, 0]);
      const own = {
        rules: [{ id: "own", category: "messaging", effect: "blocked", observe: true, clause: "1" }],
      };
      (await g.publish(g.police, POLICIES, { content: own, query: "?department=PD" })).ok();
      (await g.publish(g.dpo, POLICIES, { content })).ok();
      await g.world.server.policy.publisher.settle();
      const pd = String(g.world.server.directory.department("PD")?.id);
      const at = { key: "ma_x", class: "internal-desktop", department: pd } as const;
      const now = compilePolicy(g.world.server.policy.publisher.current());
      const target = { kind: "host", host: "web.whatsapp.com" } as const;
      const verdict = decide(now, { machine: at, target, now: g.world.clock.now() });
      assert.equal(verdict.allowed, false, "a department cannot open by observing what the centre blocks");
    });

    test("what a department has published goes with it into a merger, for the machines of what it became", async () => {
      await using g = await Government.start(engine);
      (await g.publish(g.police, CATALOGUE, { content: { services: [service] }, query: "?department=PD" })).ok();
      const own = { rules: [{ id: "own", service: "vendor-share", effect: "blocked", clause: "1" }] };
      (await g.publish(g.police, POLICIES, { content: own, query: "?department=PD" })).ok();
      const old = g.world.server.directory.department("PD")?.id;
      const plan = { ends: ["PD"], into: [{ code: "NEW", name_en: "New", name_zh: "新", departments: ["PD"] }] };
      (await g.system.post(`${DIRECTORY}/reorganisations`, plan)).ok();
      await g.settle();
      const document = g.world.server.policy.publisher.current();
      const now = g.world.server.directory.department("NEW")?.id;
      const found = document.services.find((one) => one.id.startsWith("vendor-share"));
      assert.deepEqual([found?.id, found?.department], [`vendor-share.${old}`, now]);
      const rule = document.rules.find((one) => one.id.startsWith("own"));
      assert.deepEqual([rule?.department, rule?.service], [now, found?.id]);
      // Who looks after the new department looks after what the old one published.
      assert.equal((await g.parks.get(`${CATALOGUE}/draft?department=${old}`)).brief, "403 NOT_PERMITTED");
      await g.give(g.police, "ditso", "NEW");
      const { revision: _revision, ...kept } = Object(
        (await g.police.get(`${POLICIES}/draft?department=${old}`)).ok().body,
      );
      (await g.publish(g.police, POLICIES, { content: kept, query: `?department=${old}` })).ok();
      (await g.publish(g.police, CATALOGUE, { content: { services: [] }, query: `?department=${old}` })).ok();
      await g.settle();
      const { services } = g.world.server.policy.publisher.current();
      assert.ok(!services.some((one) => one.id.startsWith("vendor-share")));
    });

    test("two who publish the same draft at once make one version", async () => {
      await using g = await Government.start(engine);
      const { revision: _, ...content } = Object((await g.dpo.get(`${POLICIES}/draft`)).ok().body);
      const written = (await g.dpo.put(`${POLICIES}/draft`, { ...content, revision: 0 })).ok();
      const wish = { revision: written.at("revision").value };
      const done = await Promise.all([
        g.dpo.post(`${POLICIES}/publish`, wish),
        g.security.post(`${POLICIES}/publish`, wish),
      ]);
      assert.equal(done.filter((one) => one.status === 200).length, 1);
      assert.equal((await g.police.get(`${POLICIES}/editions`)).ok().at("editions").list.length, 2);
    });

    test("counts of what points answered say what other rules would have refused; a department sees its own", async () => {
      await using g = await Government.start(engine);
      const { counting, publisher } = g.world.server.policy;
      const [pd, lcsd] = ["PD", "LCSD"].map((code) => String(g.world.server.directory.department(code)?.id));
      const row = (service: string, department: string | undefined, counts: object) => ({
        ...{ service, department: department ?? "", machineClass: "internal-desktop" },
        ...{ allowed: 0, granted: 0, observed: 0, refused: 0, ...counts },
      });
      const tx = g.world.server.db.begin();
      counting.collect(tx, {
        services: [
          row("whatsapp", pd, { observed: 7, granted: 2 }),
          row("whatsapp", lcsd, { refused: 5 }),
          row("facebook", pd, { allowed: 11 }),
        ],
        grants: [],
      });
      counting.collect(tx, { services: [row("whatsapp", pd, { observed: 3 })], grants: [] });
      await tx.commit();
      const counted = (await g.dpo.get(`${POLICIES}/counts?days=1`)).ok().at("counts").list;
      assert.deepEqual(
        counted
          .map((one) => [one.at("service").text, one.at("observed").value, one.at("refused").value])
          .toSorted(byText),
        [
          ["facebook", 0, 0],
          ["whatsapp", 0, 5],
          ["whatsapp", 10, 0],
        ],
      );
      assert.equal((await g.parks.get(`${POLICIES}/counts`)).ok().at("counts").list.length, 1);
      assert.equal((await g.parks.get(`${POLICIES}/counts?department=PD`)).brief, "403 NOT_PERMITTED");
      const rules = [
        { id: "social", category: "social-media", effect: "blocked", clause: "2" },
        { id: "open", category: "messaging", department: "LCSD", effect: "allowed", clause: "2" },
        { id: "messaging", category: "messaging", effect: "blocked", clause: "2" },
      ];
      const asked = (await g.dpo.post(`${POLICIES}/what-if`, { rules })).ok();
      const rows = asked
        .at("rows")
        .list.map((one) => [
          ...[one.at("service").text, one.at("department").text],
          ...[one.at("asked").value, one.at("refusedBefore").value, one.at("refusedThen").value],
        ]);
      assert.deepEqual(
        rows.toSorted(byText),
        [
          ["facebook", pd, 11, 0, 11],
          ["whatsapp", lcsd, 5, 5, 0],
          ["whatsapp", pd, 12, 10, 10],
        ].toSorted(byText),
      );
      assert.equal(asked.at("refused_then").value, 21);
      assert.equal((await g.clerk.post(`${POLICIES}/what-if`, { rules })).brief, "403 NOT_PERMITTED");
      g.world.clock.move(31 * 86_400_000);
      assert.deepEqual((await g.dpo.post(`${POLICIES}/what-if`, { rules })).ok().at("rows").value, []);
      assert.ok(publisher.current().version > 0);
    });
  });
}
