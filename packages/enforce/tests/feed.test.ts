import { verifySignature } from "@causeway/platform";
import { engines } from "@causeway/testkit";
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { eventually, FeedWorld, signedIn } from "./feed-world.ts";

for (const engine of engines) {
  describe(`the feed of policies on ${engine}`, () => {
    test("a point enrols with a code once; a code that was used, is too old, wrong or not signed for is refused alike", async () => {
      await using f = await FeedWorld.start(engine);
      const wish = { kind: "dns", name: "Resolver" };
      assert.equal((await f.system.post("/causeway/v1/points/codes", wish)).brief, "403 NOT_PERMITTED");
      const code = await f.code("dns", "Resolver");
      const [one, two] = await Promise.all([f.enrol(code), f.enrol(code)]);
      assert.deepEqual(
        [one.status, two.status].toSorted((a, b) => a - b),
        [200, 403],
      );
      assert.equal((await f.enrol(code)).brief, "403 POINT_CODE_REFUSED");
      assert.equal((await f.enrol("AAAAA-AAAAA-AAAAA-AAAAA")).brief, "403 POINT_CODE_REFUSED");
      const other = await f.code();
      assert.equal((await f.enrol(other, `${other}x`)).brief, "400 M_INVALID_SIGNATURE");
      f.world.clock.move(3_600_001);
      assert.equal((await f.enrol(other)).brief, "403 POINT_CODE_REFUSED");
      const rows = JSON.stringify(await f.world.server.db.all({ sql: "SELECT * FROM points", parameters: [] }));
      const token = (one.status === 200 ? one : two).at("token").text;
      assert.ok(!rows.includes(token) && !rows.includes(token.slice(4)));
    });

    test("the policy is given whole or by steps, signed, and not at all when there is nothing newer", async () => {
      await using f = await FeedWorld.start(engine);
      const { token } = await f.point();
      const first = f.version;
      const whole = (await f.feed(token, 0)).ok();
      assert.equal(whole.at("version").value, first);
      const document = signedIn(whole.at("envelopes", 0).value);
      assert.equal(document["version"], first);
      assert.equal(Object(document["services"]).length > 40, true);
      const keys = (await f.world.call({ method: "GET", path: "/causeway/v1/policy/keys" })).ok();
      const key = Object(signedIn(keys.body)["keys"])[0];
      const { signed, signatures } = Object(whole.at("envelopes", 0).value);
      assert.ok(verifySignature(key.public_key, signatures[key.id], signed));
      assert.ok(!verifySignature(key.public_key, signatures[key.id], `${signed} `));
      assert.deepEqual((await f.feed(token, first)).ok().at("envelopes").value, []);
      const id = await f.change(["192.0.2.7"]);
      await f.change();
      const steps = (await f.feed(token, first))
        .ok()
        .at("envelopes")
        .list.map((one) => signedIn(one.value));
      assert.deepEqual(
        steps.map((one) => one["since"]),
        [first, steps[0]?.["version"]],
      );
      assert.equal(Object(steps[0]?.["put"]).machines[0].id, id);
      assert.deepEqual(Object(steps[0]?.["put"]).services, []);
      const behind = (await f.feed(token, first - 5)).ok().at("envelopes").list;
      assert.equal(behind.length, 1);
      assert.equal("since" in signedIn(behind[0]?.value), false);
      const tag = `"${f.version}"`;
      const same = await fetch(`${f.world.url}/causeway/v1/policy?since=0`, {
        headers: { authorization: `Bearer ${token}`, "if-none-match": tag },
      });
      assert.equal(same.status, 304);
      const [waited] = await Promise.all([f.feed(token, f.version, "&timeout=60000"), f.change()]);
      assert.equal(waited.ok().at("envelopes").list.length, 1);
    });

    test("a stream sends each version as it is made, and goes on from where somebody was", async () => {
      await using f = await FeedWorld.start(engine);
      const { token, id } = await f.point();
      const stream = await f.stream(token);
      assert.equal((await stream.next())?.event, "keys");
      const whole = await stream.policy();
      assert.equal(Number(whole.id), f.version);
      await f.change();
      const step = await stream.policy();
      assert.equal(Number(step.id), f.version);
      assert.equal(signedIn(step.data)["since"], Number(whole.id));
      assert.equal((await f.seen(id))["connected"], true);
      stream.end();
      await eventually(async () => (await f.seen(id))["connected"] === false);
      const left = f.version;
      await f.change();
      await f.change();
      const again = await f.stream(token, left);
      const [one, two] = [await again.policy(), await again.policy()];
      assert.equal(signedIn(one.data)["since"], left);
      assert.equal(Number(two.id), f.version);
      again.end();
      const far = await f.stream(token, 17);
      assert.equal("since" in signedIn((await far.policy()).data), false);
      far.end();
    });

    test("who has no token gets nothing, and a point that is revoked loses its stream at once", async () => {
      await using f = await FeedWorld.start(engine);
      const { id, token } = await f.point();
      const other = await f.point("dns", "Other");
      const stream = await f.stream(token);
      await stream.policy();
      for (const path of ["/causeway/v1/policy?since=0", "/causeway/v1/policy/stream"]) {
        assert.equal((await f.world.call({ method: "GET", path })).brief, "401 M_MISSING_TOKEN");
        for (const wrong of [`${token}x`, "cwe_x", "x"])
          assert.equal((await f.world.call({ method: "GET", path, token: wrong })).brief, "401 POINT_TOKEN_REFUSED");
      }
      assert.equal((await f.system.post(`/causeway/v1/points/${id}/revoke`)).brief, "403 NOT_PERMITTED");
      (await f.security.post(`/causeway/v1/points/${id}/revoke`)).ok();
      assert.equal(await stream.next(), undefined);
      assert.equal((await f.feed(token, 0)).brief, "401 POINT_TOKEN_REFUSED");
      assert.equal((await f.report(token, { fault: "" })).brief, "401 POINT_TOKEN_REFUSED");
      assert.equal((await f.security.post(`/causeway/v1/points/${id}/revoke`)).brief, "404 POINT_UNKNOWN");
      (await f.feed(other.token, 0)).ok();
      await f.world.restart();
      assert.equal((await f.feed(token, 0)).brief, "401 POINT_TOKEN_REFUSED");
      (await f.feed(other.token, 0)).ok();
    });

    test("a machine's token or a session gets what concerns it, and nobody else's authorisations or machines", async () => {
      await using f = await FeedWorld.start(engine);
      const machine = await f.change(["192.0.2.7"]);
      await f.change(["192.0.2.8"]);
      const made = await f.system.post(`/causeway/v1/directory/machines/${machine}/tokens`, {});
      const token = made.ok().at("token").text;
      const seen = signedIn((await f.feed(token, 0)).ok().at("envelopes", 0).value);
      assert.deepEqual(
        Object(seen["machines"]).map((one: { id: string }) => one.id),
        [machine],
      );
      assert.equal(seen["version"], f.version);
      assert.equal((await f.report(token, { fault: "" })).brief, "401 POINT_TOKEN_REFUSED");
      const session = signedIn((await f.feed(f.system.token, 0)).ok().at("envelopes", 0).value);
      assert.deepEqual(session["machines"], []);
      const stream = await f.stream(token);
      assert.equal(Object(signedIn((await stream.policy()).data)["machines"]).length, 1);
      await f.change();
      const next = signedIn((await stream.policy()).data);
      assert.deepEqual([next["version"], Object(next["machines"]).length, "since" in next], [f.version, 1, false]);
      // Its token is revoked: nothing more comes, not even to who is connected already.
      (await f.system.post(`/causeway/v1/directory/machines/${machine}/tokens/revoke`)).ok();
      await f.change();
      assert.equal(await stream.next(), undefined);
    });

    test("a client that takes nothing is cut off, and the others are not kept waiting", async () => {
      await using f = await FeedWorld.start(engine);
      const [slow, quick] = [await f.point("dns", "Slow"), await f.point("dns", "Quick")];
      const { hostname, port } = new URL(f.world.url);
      const socket = connect({ host: hostname, port: Number(port) });
      await once(socket, "connect");
      socket.write(
        `GET /causeway/v1/policy/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${slow.token}\r\nLast-Event-ID: ${f.version}\r\n\r\n`,
      );
      await once(socket, "readable");
      const stream = await f.stream(quick.token, f.version);
      // A catalogue of some megabytes, published again and again.
      const dpo = await f.world.person("dpo");
      await f.give(dpo, "dpo");
      const many = (round: number): object[] => {
        const hosts = Array.from({ length: 20_000 }, (_, n) => ({ kind: "suffix", host: `h${n}.r${round}.example` }));
        const texts = { en: "a", zhHant: "a", zhHans: "a" };
        return [{ id: "many", category: "messaging", name: texts, reason: texts, clause: "1", hosts }];
      };
      for (let round = 0; round < 12; round += 1) {
        const { revision } = Object((await dpo.get("/causeway/v1/catalogue/draft")).ok().body);
        const wish = { services: many(round), revision };
        const written = (await dpo.put("/causeway/v1/catalogue/draft", wish)).ok();
        (await dpo.post("/causeway/v1/catalogue/publish", { revision: written.at("revision").value })).ok();
        await f.world.server.policy.publisher.settle();
        assert.equal(Number((await stream.policy()).id), f.version);
      }
      await eventually(async () => (await f.seen(slow.id))["connected"] === false);
      assert.equal((await f.seen(quick.id))["connected"], true);
      socket.destroy();
      stream.end();
    });

    test("a version never goes back: not with a restart, not with a clock that was turned back, not with a backup", async () => {
      await using f = await FeedWorld.start(engine);
      await f.change();
      const { version, issued } = f.world.server.policy.publisher.current();
      assert.ok(version >= Math.floor(Date.now() / 1000) - 5);
      await f.world.restart();
      assert.equal(f.version, version);
      f.world.clock.move(-7 * 86_400_000);
      f.world.server.policy.publisher.reissue();
      await f.world.server.policy.publisher.settle();
      const turned = f.world.server.policy.publisher.current();
      assert.ok(turned.version > version && turned.issued >= issued);
      f.world.clock.move(7 * 86_400_000);
      // A backup of an earlier time: the number is an old one, and the stream's epoch another.
      const tx = f.world.server.db.begin();
      tx.add({ sql: "UPDATE policy_head SET version = version - 100, epoch = epoch - 1", parameters: [] });
      await tx.commit();
      await f.world.restart();
      assert.ok(f.version > turned.version);
    });

    test("a new key follows an old one: both sign until the old one's time is over", async () => {
      await using f = await FeedWorld.start(engine);
      const { token } = await f.point();
      const before = f.world.server.policy.keys.keys().map(({ id }) => id);
      assert.equal((await f.system.post("/causeway/v1/policy/keys/roll")).brief, "403 NOT_PERMITTED");
      const stream = await f.stream(token, f.version);
      await stream.next();
      const rolled = (await f.security.post("/causeway/v1/policy/keys/roll", { keep_days: 2 })).ok();
      const list = await stream.next();
      assert.equal(list?.event, "keys");
      const ids = [...before, rolled.at("key_id").text];
      assert.deepEqual(
        Object(signedIn(list?.data)["keys"]).map((key: { id: string }) => key.id),
        ids,
      );
      const policy = await stream.policy();
      assert.deepEqual(Object.keys(Object(JSON.parse(policy.data)).signatures), ids);
      stream.end();
      await f.world.restart();
      assert.deepEqual(
        f.world.server.policy.keys.keys().map(({ id }) => id),
        ids,
      );
      f.world.clock.move(2 * 86_400_000 + 1);
      await f.world.server.policy.publisher.tick();
      const last = Object((await f.feed(token, 0)).ok().at("envelopes", 0).value);
      assert.deepEqual(Object.keys(last.signatures), ids.slice(1));
    });
  });
}
