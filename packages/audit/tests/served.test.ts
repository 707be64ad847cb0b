import { parseUserId } from "@causeway/base";
import type { Engine } from "@causeway/platform";
import { engines, testWorld, type Person, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { createHash, createPublicKey, generateKeyPairSync, hash, sign, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

const AUDIT = "/causeway/v1/audit";

/** A server with an auditor and a security administrator, and some entries about one room's post. */
async function auditedWorld(
  engine: Engine,
  env: Readonly<Record<string, string>> = {},
): Promise<{
  readonly world: TestWorld;
  readonly auditor: Person;
  readonly security: Person;
  readonly nobody: Person;
}> {
  const world = await testWorld({ engine, env });
  const [auditor, security, nobody] = await world.people("auditor", "security", "nobody");
  const { grantRole } = await import("@causeway/directory");
  const { db, accounts, audit } = world.server;
  for (const [person, role] of [
    [auditor, "auditor"],
    [security, "security-administrator"],
  ] as const) {
    const user = parseUserId(person.userId) ?? assert.fail();
    assert.ok((await grantRole({ db, clock: world.clock, accounts, audit: audit.record }, { user, role })).ok);
  }
  await world.server.directory.tick();
  return { world, auditor, security, nobody };
}

/** Records a grant's life. */
async function recordGrant(world: TestWorld, grant: string, steps: number): Promise<void> {
  const { db, audit } = world.server;
  const by = parseUserId("@head:localhost") ?? assert.fail();
  for (let step = 0; step < steps; step += 1) {
    const tx = db.begin();
    const facts = { reason: `because of CHAN Tai-man ${step}` };
    audit.record(tx, { act: "grant.revoked", by, on: grant, at: world.clock.now(), facts });
    await tx.commit();
  }
  await audit.settle();
}

async function file(
  world: TestWorld,
  path: string,
): Promise<{ readonly status: number; readonly bytes: Buffer; readonly headers: Headers }> {
  const answer = await fetch(`${world.url}/tlog/${path}`);
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()), headers: answer.headers };
}

function tilePath(n: number, width: number): string {
  return `${String(n).padStart(3, "0")}${width === 256 ? "" : `.p/${width}`}`;
}

/** The root of leaf hashes by the words of RFC 6962. */
function rootOf(hashes: readonly Buffer[]): Buffer {
  const sha = (...parts: readonly Buffer[]): Buffer => createHash("sha256").update(Buffer.concat(parts)).digest();
  const [first] = hashes;
  if (first === undefined) return sha();
  if (hashes.length === 1) return first;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return sha(Buffer.of(1), rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

for (const engine of engines) {
  describe(`the served log on ${engine}`, () => {
    test("a client that knows nothing but the specification checks the whole log", async () => {
      const { world } = await auditedWorld(engine);
      await using _world = world;
      await recordGrant(world, "gr_0000000001", 300);
      const checkpoint = await file(world, "checkpoint");
      assert.equal(checkpoint.headers.get("content-type"), "text/plain; charset=utf-8");
      const [text = "", signature = ""] = checkpoint.bytes.toString().split("\n\n");
      const [origin, size, root] = text.split("\n");
      assert.equal(origin, "localhost/tlog");
      // The signature, by the words of C2SP signed-note.
      const vkey = (await file(world, "key")).bytes.toString().trim();
      const key = Buffer.from(vkey.split("+").slice(2).join("+"), "base64").subarray(1);
      const x = key.toString("base64url");
      const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
      const line = /^— (\S+) (\S+)$/.exec(signature.trimEnd());
      const signed = Buffer.from(line?.[2] ?? "", "base64");
      assert.ok(verify(null, Buffer.from(`${text}\n`), publicKey, signed.subarray(4)));
      // Entries, tiles of level 0 and the root.
      const hashes: Buffer[] = [];
      for (let start = 0; start < Number(size); start += 256) {
        const width = Math.min(256, Number(size) - start);
        const bundle = await file(world, `tile/entries/${tilePath(start / 256, width)}`);
        assert.equal(bundle.status, 200);
        assert.match(bundle.headers.get("cache-control") ?? "", /immutable/);
        let at = 0;
        const own: Buffer[] = [];
        while (at < bundle.bytes.length) {
          const length = bundle.bytes.readUInt16BE(at);
          const entry = bundle.bytes.subarray(at + 2, at + 2 + length);
          assert.doesNotMatch(entry.toString(), /head|CHAN|auditor@|@/);
          own.push(hash("sha256", Buffer.concat([Buffer.of(0), entry]), "buffer"));
          at += 2 + length;
        }
        const tile = await file(world, `tile/0/${tilePath(start / 256, width)}`);
        assert.deepEqual(tile.bytes, Buffer.concat(own));
        hashes.push(...own);
      }
      assert.equal(rootOf(hashes).toString("base64"), root);
      const first = await file(world, "tile/1/000.p/1");
      assert.deepEqual(first.bytes, rootOf(hashes.slice(0, 256)));
    });

    test("what is not published yet, or never was a tile, is not there", async () => {
      const { world } = await auditedWorld(engine);
      await using _world = world;
      const { size } = world.server.audit.published;
      for (const path of [
        "tile/0/000",
        `tile/0/000.p/${size + 1}`,
        "tile/1/000.p/1",
        "tile/entries/001.p/1",
        "tile/0/0",
        "tile/64/000",
        "tile/0/x000/000",
        "tile/0/000.p/0",
        "tile/0/000.p/x",
        "tile/0/..%2f..%2fcheckpoint",
        "witnessed",
      ])
        assert.equal((await file(world, path)).status, 404, path);
      assert.equal((await file(world, `tile/0/000.p/${size}`)).status, 200);
      assert.equal((await file(world, "tile/0/000.p/1")).bytes.length, 32);
      assert.equal((await fetch(`${world.url}/tlog/checkpoint`, { method: "POST" })).status, 405);
    });

    test("counts and entries are for auditors and security administrators; persons stay hidden", async () => {
      const { world, auditor, security, nobody } = await auditedWorld(engine);
      await using _world = world;
      await recordGrant(world, "gr_0000000001", 3);
      await recordGrant(world, "gr_0000000002", 2);
      assert.equal((await nobody.get(`${AUDIT}/entries`)).brief, "403 NOT_PERMITTED");
      assert.equal((await world.call({ method: "GET", path: `${AUDIT}/entries` })).brief, "401 M_MISSING_TOKEN");
      const counts = (await auditor.get(`${AUDIT}/entries`)).ok().body;
      const revoked = Object(counts)["counts"].find((one: object) => Reflect.get(one, "act") === "grant.revoked");
      assert.deepEqual(revoked, { act: "grant.revoked", count: 5 });
      const listed = (await security.get(`${AUDIT}/entries`, { show: "entries", on: "gr_0000000001", limit: 2 })).ok();
      assert.doesNotMatch(listed.text, /head:localhost|CHAN/);
      assert.equal(listed.at("entries").list.length, 2);
      const next = listed.at("next").value;
      const rest = (
        await security.get(`${AUDIT}/entries`, { show: "entries", on: "gr_0000000001", limit: 2, before: Number(next) })
      ).ok();
      assert.equal(rest.at("entries").list.length, 1);
      const none = await security.get(`${AUDIT}/entries`, { from: world.clock.now() + 1000 });
      assert.equal(none.at("total").value, 0);
      for (const query of [
        { act: "grant.eaten" },
        { on: "@head:localhost" },
        { limit: 0 },
        { show: "everything" },
        { show: "entries", disclose: true },
      ])
        assert.equal((await auditor.get(`${AUDIT}/entries`, query)).status, 400, JSON.stringify(query));
    });

    test("who and why are disclosed for one thing, and that is recorded", async () => {
      const { world, auditor } = await auditedWorld(engine);
      await using _world = world;
      await recordGrant(world, "gr_0000000001", 2);
      const query = { show: "entries", on: "gr_0000000001", disclose: true };
      const shown = (await auditor.get(`${AUDIT}/entries`, query)).ok();
      assert.match(shown.text, /@head:localhost/);
      assert.match(shown.text, /CHAN Tai-man 1/);
      await world.server.audit.settle();
      const told = (await auditor.get(`${AUDIT}/entries`, { show: "entries", act: "audit.disclosed" })).ok();
      assert.equal(told.at("entries", 0, "on").text, "gr_0000000001");
    });

    test("one person's entries are refused without a look that was approved", async () => {
      const { world, auditor, nobody } = await auditedWorld(engine);
      await using _world = world;
      const path = `${AUDIT}/people/${encodeURIComponent("@nobody:localhost")}/entries`;
      assert.equal((await auditor.get(path)).brief, "403 LOOK_NOT_APPROVED");
      assert.equal((await nobody.get(path)).brief, "403 NOT_PERMITTED");
    });

    test("a proof file is for the entitled, has every entry up to now, and is a few kilobytes", async () => {
      const { world, auditor, nobody } = await auditedWorld(engine);
      await using _world = world;
      await recordGrant(world, "gr_0000000009", 600);
      const { db, audit } = world.server;
      for (let step = 0; step < 8; step += 1) {
        await recordGrant(world, "gr_0000000001", 1);
        await recordGrant(world, "gr_0000000009", 30);
      }
      const tx = db.begin();
      audit.record(tx, {
        act: "grant.lapsed",
        by: "system",
        on: "gr_0000000001",
        at: world.clock.now(),
        facts: { until: 1 },
      });
      await tx.commit();
      assert.equal((await nobody.get(`${AUDIT}/proofs`, { on: "gr_0000000001" })).brief, "403 NOT_PERMITTED");
      assert.equal((await auditor.get(`${AUDIT}/proofs`, { on: "gr_unknown" })).brief, "404 M_NOT_FOUND");
      const answer = (await auditor.get(`${AUDIT}/proofs`, { on: "gr_0000000001" })).ok();
      assert.ok(answer.text.length < 10_000, `${answer.text.length} bytes`);
      assert.doesNotMatch(answer.text, /@head/);
      const { checkProof, KeyPlace, readProof } = await import("../src/index.ts");
      const keys = new KeyPlace(join(world.directory, "data-audit")).verifiers();
      const proved = checkProof(readProof(answer.text) ?? assert.fail(), keys);
      assert.ok(!("fault" in proved));
      assert.deepEqual(
        proved.acts.map(({ act }) => act),
        [...Array.from({ length: 8 }, () => "grant.revoked"), "grant.lapsed"],
      );
      const disclosed = (await auditor.get(`${AUDIT}/proofs`, { on: ["gr_0000000001"], disclose: true })).ok();
      assert.match(disclosed.text, /CHAN Tai-man/);
      assert.ok(!("fault" in checkProof(readProof(disclosed.text) ?? assert.fail(), keys)));
      for (const [from, to] of [
        ["grant.lapsed", "grant.warned"],
        ["CHAN Tai-man", "CHAN Tai-wan"],
        ["@head:", "@herd:"],
        ['"index": ', '"index": 1'],
        ["gr_0000000001", "gr_0000000002"],
        ["localhost/tlog\\n", "localhost/tlog\\n1"],
      ] as const) {
        const forged = disclosed.text.replace(from, to);
        assert.notEqual(forged, disclosed.text, from);
        const read = readProof(forged);
        assert.ok(read === undefined || "fault" in checkProof(read, keys), from);
      }
    });

    test("witnesses' signatures are taken when they are right, served with the checkpoint, and kept over a restart", async () => {
      const pair = generateKeyPairSync("ed25519");
      const name = "witness.example/w1";
      const raw = Buffer.from(pair.publicKey.export({ format: "jwk" }).x ?? "", "base64url");
      const typed = Buffer.concat([Buffer.of(4), raw]);
      const id = hash("sha256", Buffer.concat([Buffer.from(`${name}\n`), typed]), "buffer").subarray(0, 4);
      const vkey = `${name}+${id.toString("hex")}+${typed.toString("base64")}`;
      const cosign = (checkpoint: string, seconds: number): string => {
        const text = `${checkpoint.split("\n\n")[0]}\n`;
        const time = Buffer.alloc(8);
        time.writeBigUInt64BE(BigInt(seconds));
        const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), pair.privateKey);
        return `${checkpoint}— ${name} ${Buffer.concat([id, time, signature]).toString("base64")}\n`;
      };
      const { world } = await auditedWorld(engine, { CAUSEWAY_AUDIT_WITNESSES: vkey });
      await using _world = world;
      await recordGrant(world, "gr_0000000001", 3);
      const post = async (body: string): Promise<string> => {
        const answer = await fetch(`${world.url}${AUDIT}/cosignatures`, { method: "POST", body });
        return `${answer.status} ${String(Object(await answer.json())["errcode"] ?? "")}`.trim();
      };
      const checkpoint = (await file(world, "checkpoint")).bytes.toString();
      assert.equal(await post(checkpoint), "400 AUDIT_COSIGNATURE_REFUSED");
      assert.equal(
        await post(cosign(checkpoint, 5).replace("— witness", "— witless")),
        "400 AUDIT_COSIGNATURE_REFUSED",
      );
      assert.equal(await post("rubbish"), "400 AUDIT_COSIGNATURE_REFUSED");
      const grown = checkpoint.replace(/\n(\d+)\n/, (_, size: string) => `\n${Number(size) + 1}\n`);
      assert.equal(await post(cosign(grown, 5)), "400 AUDIT_COSIGNATURE_REFUSED");
      assert.equal(await post(cosign(checkpoint, 1_700_000_000)), "200");
      const served = (await file(world, "checkpoint")).bytes.toString();
      assert.equal(served, cosign(checkpoint, 1_700_000_000));
      await recordGrant(world, "gr_0000000001", 1);
      assert.doesNotMatch((await file(world, "checkpoint")).bytes.toString(), /witness/);
      assert.equal((await file(world, "witnessed")).bytes.toString(), served);
      await world.restart();
      assert.equal((await file(world, "witnessed")).bytes.toString(), served);
      // An older one of the same witness changes nothing.
      assert.equal(await post(cosign(checkpoint, 1_600_000_000)), "200");
      assert.equal((await file(world, "witnessed")).bytes.toString(), served);
      assert.match(readFileSync(join(world.directory, "data-audit", "log.vkey"), "utf8"), /^localhost\/tlog\+/);
    });
  });
}
