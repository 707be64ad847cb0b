import { instant, systemClock, type Instant } from "@causeway/base";
import { decide, machineOfAddress } from "@causeway/policy";
import { engines, JsonView } from "@causeway/testkit";
import assert from "node:assert/strict";
import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { describe, test } from "node:test";
import { enrolAtServer, type PolicySource } from "@causeway/enforce";
import { eventually, FeedWorld, signedIn, until } from "./feed-world.ts";

function verdictOf(source: PolicySource, host: string, address = "192.0.2.99") {
  const policy = source.current();
  if (policy === undefined) return undefined;
  const machine = machineOfAddress(policy, address);
  return decide(policy, { machine, target: { kind: "host", host }, now: source.now() }).allowed;
}

/** A server that says whatever it is told to: the one of an attacker on the way. */
async function attacker(answer: () => readonly string[]): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/causeway/v1/policy?") !== true) return void response.writeHead(404).end();
    const body = `{"version":1,"envelopes":[${answer().join(",")}]}`;
    response.writeHead(200, { "content-type": "application/json" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`, server };
}

/** Sends a point to another server, as somebody who owns the network does. */
function redirect(folder: string, server: string): void {
  const file = join(folder, "point.json");
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), server }));
}

for (const engine of engines) {
  describe(`points on ${engine}`, () => {
    test("a point elsewhere obeys, follows every change, keeps what it has without its server, and goes on afterwards", async () => {
      await using f = await FeedWorld.start(engine);
      const folder = f.folder();
      const source = await f.remote(folder);
      await until(source, () => source.standing().version === f.version);
      assert.equal(verdictOf(source, "web.whatsapp.com"), false);
      assert.equal(verdictOf(source, "www.gov.hk"), true);
      const machine = await f.change(["192.0.2.7"]);
      await until(source, () => source.standing().version === f.version);
      (await f.security.put(`/causeway/v1/directory/machines/${machine}/class`, { class: "personal-device" })).ok();
      await f.world.server.policy.publisher.settle();
      await until(source, () => source.standing().version === f.version);
      assert.equal(verdictOf(source, "web.whatsapp.com", "192.0.2.7"), true);
      assert.equal(verdictOf(source, "web.whatsapp.com", "192.0.2.8"), false);
      const document = source.document();
      assert.deepEqual(document, f.world.server.policy.publisher.current());
      await source.close();
      for (const file of ["point.json", "policy.json", "policy-steps.jsonl", "clock.json"])
        assert.equal(statSync(join(folder, file)).mode & 0o077, 0, file);
      await f.change();
      const again = f.open(folder);
      assert.deepEqual(again.document(), document);
      await until(again, () => again.standing().version === f.version);
      assert.deepEqual(again.document(), f.world.server.policy.publisher.current());
    });

    test("an older policy, a forged one and one of another server are refused, and the last good one is obeyed", async () => {
      await using f = await FeedWorld.start(engine);
      const folder = f.folder();
      const source = await f.remote(folder);
      const { publisher } = f.world.server.policy;
      await until(source, () => source.standing().version === f.version);
      const old = publisher.whole();
      await f.change();
      const newer = publisher.whole();
      await until(source, () => source.standing().version === f.version);
      await source.close();
      const good = source.document();
      const { signed, signatures } = JSON.parse(newer);
      const open = { ...JSON.parse(signed), version: f.version + 1, rules: [] };
      const forged = [
        JSON.stringify({ signed: JSON.stringify(open), signatures }),
        JSON.stringify({ signed: JSON.stringify(open), signatures: {} }),
        JSON.stringify({ signed: JSON.stringify(open), signatures: { __proto__: "x", constructor: "x" } }),
        publisher.signed({ ...open, installation: "evil.example" }),
        publisher.signed({ ...open, version: 3 }),
        publisher.signed({ ...open, issued: 5 }),
        publisher.signed({ nothing: true }),
        '{"signed":1}',
        old,
      ];
      let asked = 0;
      await using _ = await (async () => {
        const evil = await attacker(() => [forged[asked++ % forged.length] ?? old]);
        redirect(folder, evil.url);
        return {
          [Symbol.asyncDispose]: () =>
            new Promise<void>((resolve) => {
              evil.server.close(() => resolve());
              evil.server.closeAllConnections();
            }),
        };
      })();
      const misled = f.open(folder);
      await eventually(() => asked > 2 * forged.length);
      assert.deepEqual(misled.document(), good);
      assert.equal(verdictOf(misled, "web.whatsapp.com"), false);
      assert.notEqual(misled.standing().fault, undefined);
      await misled.close();
      // What lies on the disk is read with the same eyes.
      writeFileSync(join(folder, "policy.json"), forged[0] ?? "");
      writeFileSync(join(folder, "policy-steps.jsonl"), "");
      const fooled = f.open(folder);
      assert.equal(fooled.current(), undefined);
      await fooled.close();
    });

    test("a half-written step is forgotten, and the point gets what it lacks", async () => {
      await using f = await FeedWorld.start(engine);
      const folder = f.folder();
      const source = await f.remote(folder);
      await until(source, () => source.standing().version > 0);
      await f.change();
      await until(source, () => source.standing().version === f.version);
      await source.close();
      const version = f.version;
      appendFileSync(join(folder, "policy-steps.jsonl"), '{"signed":"{\\"form');
      const again = f.open(folder);
      assert.equal(again.standing().version, version);
      await f.change();
      await until(again, () => again.standing().version === f.version);
      await again.close();
      assert.equal(f.open(folder).standing().version, f.version);
    });

    test("a clock that was turned back opens nothing again, not even over a restart of the point", async () => {
      await using f = await FeedWorld.start(engine);
      let ahead = 0;
      const clock = { now: (): Instant => instant(systemClock.now() + ahead) };
      const folder = f.folder();
      const source = await f.remote(folder, clock);
      await until(source, () => source.standing().version > 0);
      ahead = 3_600_000;
      const late = source.now();
      ahead = -86_400_000;
      assert.ok(source.now() >= late);
      assert.equal(source.standing().fault, "clock-went-back");
      await source.close();
      const again = f.open(folder, clock);
      assert.ok(again.now() >= late);
      assert.equal(again.standing().fault, "clock-went-back");
    });

    test("a point enrols only over https or on its own machine, and says why it could not", async () => {
      await using f = await FeedWorld.start(engine);
      const directory = f.folder();
      const code = await f.code();
      await assert.rejects(enrolAtServer({ server: "http://chat.gov.example", code, directory }), /must be https/);
      await assert.rejects(
        enrolAtServer({ server: f.world.url, code: "AAAAA-AAAAA-AAAAA-AAAAA", directory }),
        /POINT_CODE_REFUSED/,
      );
      assert.throws(() => f.open(directory));
    });

    test("a point follows a new key over a restart, and after the old one has gone", async () => {
      await using f = await FeedWorld.start(engine);
      const folder = f.folder();
      const source = await f.remote(folder, f.world.clock);
      await until(source, () => source.standing().version === f.version);
      (await f.security.post("/causeway/v1/policy/keys/roll", { keep_days: 1 })).ok();
      await f.world.server.policy.publisher.settle();
      await until(source, () => source.standing().version === f.version);
      await source.close();
      f.world.clock.move(86_400_001);
      await f.world.server.policy.publisher.tick();
      const again = f.open(folder, f.world.clock);
      await until(again, () => again.standing().version === f.version);
      assert.equal(again.standing().fault, undefined);
    });

    test("only a point that obeys what holds now and has proved it is shown as enforcing", async () => {
      await using f = await FeedWorld.start(engine, { CAUSEWAY_POINTS_SILENT_MS: "3600000" });
      const { id, token } = await f.point();
      const status = async (): Promise<unknown> => (await f.seen(id))["status"];
      const obeys = async (): Promise<void> => {
        const since = f.world.clock.now();
        (await f.report(token, { obeys: { version: f.version, since } })).ok();
      };
      const probe = async (found: string): Promise<void> => {
        const tests = [{ at: f.world.clock.now(), target: "web.whatsapp.com", expected: "blocked", found }];
        (await f.report(token, { tests })).ok();
      };
      await obeys();
      assert.equal(await status(), "unproved");
      await probe("blocked");
      assert.equal(await status(), "enforcing");
      await probe("allowed");
      assert.equal(await status(), "failing");
      await probe("blocked");
      (await f.report(token, { fault: "engine-down" })).ok();
      assert.equal(await status(), "failing");
      (await f.report(token, { fault: "" })).ok();
      await f.change();
      assert.equal(await status(), "enforcing");
      f.world.clock.move(61_000);
      assert.equal(await status(), "behind");
      await obeys();
      assert.equal(await status(), "enforcing");
      f.world.clock.move(3_600_001);
      assert.equal(await status(), "silent");
      await f.world.restart();
      assert.equal(await status(), "silent");
      await obeys();
      assert.equal(await status(), "enforcing");
      f.world.clock.move(1_000_000);
      await obeys();
      f.world.clock.move(1_000_000);
      await obeys();
      f.world.clock.move(1_000_000);
      await obeys();
      // Its last proof is from too long ago.
      f.world.clock.move(1_800_000);
      (await f.report(token, { fault: "" })).ok();
      assert.equal(await status(), "unproved");
    });

    test("how long a change took is told from its decision to the points' obedience; a version that is not there is not believed", async () => {
      await using f = await FeedWorld.start(engine);
      const points = [await f.point("dns", "1"), await f.point("dns", "2"), await f.point("dns", "3")];
      const all = async (ms: (place: number) => number): Promise<void> => {
        const { issued } = f.world.server.policy.publisher.current();
        for (const [place, { token }] of points.entries())
          (await f.report(token, { obeys: { version: f.version, since: issued + ms(place) } })).ok();
      };
      await all(() => 0);
      await f.change();
      f.world.clock.move(5_000);
      await all((place) => 1_000 * (place + 1));
      const dashboard = (await f.security.get("/causeway/v1/points")).ok();
      const [last] = dashboard.at("changes").list;
      assert.deepEqual([last?.at("version").value, last?.at("points").value], [f.version, 3]);
      const [p50, p99] = [Number(last?.at("p50_ms").value), Number(last?.at("p99_ms").value)];
      assert.ok(p50 >= 2_000 && p50 < 2_500, `${p50}`);
      assert.ok(p99 >= 3_000 && p99 < 3_500, `${p99}`);
      const [{ id, token } = { id: "", token: "" }] = points;
      (await f.report(token, { obeys: { version: f.version + 1_000_000, since: 0 } })).ok();
      assert.equal((await f.seen(id))["obeys"], f.version);
    });

    test("counts are taken once, and only of what there is; nothing in them says who", async () => {
      await using f = await FeedWorld.start(engine);
      const { token } = await f.point();
      const row = (service: string, department = "") => ({
        ...{ service, department, machineClass: "internal-desktop" },
        ...{ allowed: 0, granted: 0, observed: 0, refused: 4 },
      });
      const report = { serial: 7, services: [row("whatsapp"), row("invented"), row("gmail", "un_nobody11")] };
      (await f.report(token, report)).ok();
      (await f.report(token, report)).ok();
      const rows = await f.world.server.db.all<{ service: string; refused: number }>({
        sql: "SELECT service, refused FROM policy_counts",
        parameters: [],
      });
      assert.deepEqual(
        rows.map((one) => [one.service, Number(one.refused)]),
        [["whatsapp", 4]],
      );
      for (const bad of [{ services: [{ ...row("a"), refused: -1 }] }, { user: "@a:b" }, { tests: [{}] }])
        assert.equal((await f.report(token, bad)).status, 400);
    });

    test("a point of the server's own process is registered like any other, and has each change at once", async () => {
      await using f = await FeedWorld.start(engine);
      const source = await f.world.server.policy.points.source("proxy", "Embedded proxy");
      assert.equal(source.standing().version, f.version);
      assert.equal(verdictOf(source, "web.whatsapp.com"), false);
      const told: number[] = [];
      source.subscribe((policy) => told.push(policy.head.version));
      await f.change();
      assert.deepEqual(told, [f.version]);
      const policy = source.current();
      assert.ok(policy !== undefined);
      source.count(machineOfAddress(policy, "192.0.2.1"), { allowed: false, reason: "blocked", service: "whatsapp" });
      source.report({
        obeys: { version: f.version, since: source.now() },
        tests: [{ at: source.now(), target: "web.whatsapp.com", expected: "blocked", found: "blocked" }],
      });
      await eventually(async () => (await f.seen("pt_embedded-proxy"))["status"] === "enforcing");
      assert.equal((await f.seen("pt_embedded-proxy"))["embedded"], true);
      const ended = await f.security.post("/causeway/v1/points/pt_embedded-proxy/revoke");
      assert.equal(ended.brief, "403 NOT_PERMITTED", "what cannot be ended from here does not disappear either");
      await source.close();
      const counted = (await f.security.get("/causeway/v1/policies/counts")).ok().at("counts", 0);
      assert.deepEqual([counted.at("service").text, counted.at("refused").value], ["whatsapp", 1]);
      await f.world.restart();
      const again = await f.world.server.policy.points.source("proxy", "Embedded proxy");
      assert.ok(again.current() !== undefined);
      assert.equal((await f.security.get("/causeway/v1/points")).ok().at("points").list.length, 1);
      assert.ok(new JsonView(signedIn(f.world.server.policy.publisher.whole())).at("version").value);
    });
  });
}
