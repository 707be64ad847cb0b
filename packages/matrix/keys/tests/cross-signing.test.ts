import { engines, sharedWorld, TEST_PASSWORD, type Answered, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  crossSigningKey,
  deviceKeys,
  identity,
  signed,
  signingKey,
  type SigningKey,
  type TestIdentity,
} from "./signing.ts";

function upload(person: Person, body: object): Promise<Answered> {
  return person.post("/keys/device_signing/upload", body);
}

async function begin(person: Person): Promise<TestIdentity> {
  const made = identity(person.userId);
  (await upload(person, made.body)).ok();
  return made;
}

/** The same with the password that is asked for. */
async function uploadWithPassword(person: Person, body: object): Promise<Answered> {
  const asked = await upload(person, body);
  assert.equal(asked.status, 401);
  const auth = {
    type: "m.login.password",
    session: asked.at("session").value,
    identifier: { type: "m.id.user", user: person.userId },
    password: TEST_PASSWORD,
  };
  return await upload(person, { ...body, auth });
}

async function withDevice(person: Person): Promise<SigningKey> {
  const key = signingKey();
  (await person.post("/keys/upload", { device_keys: deviceKeys(person, key) })).ok();
  return key;
}

async function query(reader: Person, of: Person): Promise<Answered> {
  return (await reader.post("/keys/query", { device_keys: { [of.userId]: [] } })).ok();
}

for (const engine of engines) {
  describe(`cross-signing on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("the first keys need no password, nor do the same ones again; everybody sees all but the user-signing key", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const { body } = await begin(alice);
      (await upload(alice, body)).ok();
      (await upload(alice, { master_key: body["master_key"] })).ok();
      const own = await query(alice, alice);
      assert.deepEqual(own.at("user_signing_keys", alice.userId).value, body["user_signing_key"]);
      const seen = await query(bob, alice);
      assert.deepEqual(seen.at("self_signing_keys", alice.userId).value, body["self_signing_key"]);
      assert.deepEqual(seen.at("master_keys", alice.userId, "keys").value, body["master_key"]?.["keys"]);
      assert.deepEqual(seen.at("user_signing_keys").value, {});
    });

    test("new keys in the place of old ones need the password; without it nothing changes", async () => {
      const alice = await world().person("alice");
      const first = await begin(alice);
      const next = identity(alice.userId);
      const refused = await upload(alice, next.body);
      assert.equal(refused.status, 401);
      assert.ok(refused.at("flows").list.length > 0);
      const wrong = { type: "m.login.password", session: refused.at("session").value, password: "not this one" };
      const auth = { ...wrong, identifier: { type: "m.id.user", user: alice.userId } };
      assert.equal((await upload(alice, { ...next.body, auth })).status, 401);
      const master = async (): Promise<unknown> =>
        (await query(alice, alice)).at("master_keys", alice.userId, "keys").value;
      assert.deepEqual(await master(), first.body["master_key"]?.["keys"]);
      (await uploadWithPassword(alice, next.body)).ok();
      assert.deepEqual(await master(), next.body["master_key"]?.["keys"]);
      const other = {
        user_signing_key: crossSigningKey(alice.userId, "user_signing", { key: signingKey(), master: next.master }),
      };
      assert.equal((await upload(alice, other)).status, 401);
    });

    test("what is not signed by the master key, or not well formed, is refused and not kept", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const { body, master } = identity(alice.userId);
      const stranger = signingKey();
      const bad: [object, string][] = [
        [{ self_signing_key: body["self_signing_key"] }, "400 M_MISSING_PARAM"],
        [{}, "400 M_MISSING_PARAM"],
        [
          { ...body, self_signing_key: crossSigningKey(alice.userId, "self_signing", { key: stranger }) },
          "400 M_INVALID_SIGNATURE",
        ],
        [
          {
            ...body,
            self_signing_key: crossSigningKey(alice.userId, "self_signing", { key: stranger, master: stranger }),
          },
          "400 M_INVALID_SIGNATURE",
        ],
        [{ ...body, self_signing_key: { ...body["self_signing_key"], extra: 1 } }, "400 M_INVALID_SIGNATURE"],
        [
          { ...body, self_signing_key: crossSigningKey(alice.userId, "user_signing", { key: stranger, master }) },
          "400 M_INVALID_PARAM",
        ],
        [{ ...body, master_key: crossSigningKey(bob.userId, "master", { key: stranger }) }, "400 M_INVALID_PARAM"],
        [{ ...body, master_key: { ...body["master_key"], keys: { "ed25519:a": "b" } } }, "400 M_INVALID_PARAM"],
        [{ ...body, master_key: { ...body["master_key"], keys: {} } }, "400 M_INVALID_PARAM"],
        [{ ...body, master_key: { ...body["master_key"], more: "x".repeat(70_000) } }, "413 M_TOO_LARGE"],
        [{ ...body, master_key: { ...body["master_key"], more: 0.5 } }, "400 M_BAD_JSON"],
        [{ ...body, master_key: "key" }, "400 M_BAD_JSON"],
      ];
      for (const [one, brief] of bad) assert.equal((await upload(alice, one)).brief, brief);
      assert.deepEqual((await query(bob, alice)).at("master_keys").value, {});
      (await upload(alice, body)).ok();
    });

    test("a key that is called like a device is refused, and a device that is called like a key", async () => {
      const alice = await world().person("alice");
      const made = identity(alice.userId);
      const device = await alice.device(made.selfSigning.publicKey);
      const keys = deviceKeys(device, signingKey());
      (await device.post("/keys/upload", { device_keys: keys })).ok();
      assert.equal((await upload(alice, made.body)).brief, "403 M_FORBIDDEN");
      const other = identity(alice.userId);
      (await upload(alice, other.body)).ok();
      const late = await alice.device(other.master.publicKey);
      const answer = await late.post("/keys/upload", { device_keys: deviceKeys(late, signingKey()) });
      assert.equal(answer.brief, "403 M_FORBIDDEN");
    });

    test("signatures are kept when they are good: on one's devices for all, on others' keys for oneself", async () => {
      const [alice, bob, carol] = await world().people("alice", "bob", "carol");
      const deviceKey = await withDevice(alice);
      const mine = await begin(alice);
      const bobs = await begin(bob);
      const device = deviceKeys(alice, deviceKey);
      const bySelf = { user: alice.userId, keyId: mine.selfSigning.publicKey, key: mine.selfSigning };
      const byDevice = { user: alice.userId, keyId: alice.deviceId, key: deviceKey };
      const byUser = { user: alice.userId, keyId: mine.userSigning.publicKey, key: mine.userSigning };
      const { master_key: master = {} } = mine.body;
      const { master_key: bobsMaster = {} } = bobs.body;
      const uploaded = {
        [alice.userId]: {
          [alice.deviceId]: signed(device, bySelf),
          [mine.master.publicKey]: signed(master, byDevice),
        },
        [bob.userId]: { [bobs.master.publicKey]: signed(bobsMaster, byUser) },
      };
      assert.deepEqual((await alice.post("/keys/signatures/upload", uploaded)).ok().body, { failures: {} });
      const names = (answer: Answered, ...at: string[]): readonly string[] =>
        answer.at(...at, "signatures", alice.userId).names;
      const seen = await query(carol, alice);
      assert.ok(
        names(seen, "device_keys", alice.userId, alice.deviceId).includes(`ed25519:${mine.selfSigning.publicKey}`),
      );
      assert.ok(names(seen, "device_keys", alice.userId, alice.deviceId).includes(`ed25519:${alice.deviceId}`));
      assert.ok(names(seen, "master_keys", alice.userId).includes(`ed25519:${alice.deviceId}`));
      assert.deepEqual(names(await query(alice, bob), "master_keys", bob.userId), [
        `ed25519:${mine.userSigning.publicKey}`,
      ]);
      assert.deepEqual(names(await query(carol, bob), "master_keys", bob.userId), []);
      assert.deepEqual(names(await query(bob, bob), "master_keys", bob.userId), []);
    });

    test("only the signer hears that they signed somebody's key; all hear of a signature on one's own", async () => {
      const [alice, bob, carol] = await world().people("alice", "bob", "carol");
      const deviceKey = await withDevice(alice);
      await alice.createRoomWith([bob, carol]);
      const mine = await begin(alice);
      const bobs = await begin(bob);
      for (const one of [alice, bob, carol]) await one.sync();
      const byUser = { user: alice.userId, keyId: mine.userSigning.publicKey, key: mine.userSigning };
      const on = { [bob.userId]: { [bobs.master.publicKey]: signed(bobs.body["master_key"] ?? {}, byUser) } };
      (await alice.post("/keys/signatures/upload", on)).ok();
      const changed = async (person: Person): Promise<unknown> =>
        (await person.sync()).at("device_lists", "changed").value;
      assert.deepEqual(await changed(alice), [bob.userId]);
      assert.deepEqual(await changed(bob), undefined);
      assert.deepEqual(await changed(carol), undefined);
      const bySelf = { user: alice.userId, keyId: mine.selfSigning.publicKey, key: mine.selfSigning };
      const own = { [alice.userId]: { [alice.deviceId]: signed(deviceKeys(alice, deviceKey), bySelf) } };
      (await alice.post("/keys/signatures/upload", own)).ok();
      await world().restart();
      for (const one of [alice, bob, carol]) assert.deepEqual(await changed(one), [alice.userId]);
    });

    test("signatures that are not good are named, and the good ones of the request are kept", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const deviceKey = await withDevice(alice);
      const mine = await begin(alice);
      const bobs = await begin(bob);
      const stranger = signingKey();
      const device = deviceKeys(alice, deviceKey);
      const bySelf = { user: alice.userId, keyId: mine.selfSigning.publicKey, key: mine.selfSigning };
      const good = signed(device, bySelf);
      const post = async (body: object): Promise<Record<string, Record<string, { errcode: string }>>> => {
        const answer = (await alice.post("/keys/signatures/upload", body)).ok();
        return Object(answer.at("failures").value);
      };
      const codeOf = async (user: string, name: string, object: object): Promise<unknown> =>
        (await post({ [user]: { [name]: object } }))[user]?.[name]?.errcode;
      const forged = signed(device, { ...bySelf, key: stranger });
      assert.equal(await codeOf(alice.userId, alice.deviceId, forged), "M_INVALID_SIGNATURE");
      assert.equal(
        await codeOf(alice.userId, alice.deviceId, signed({ ...device, more: 1 }, bySelf)),
        "M_INVALID_SIGNATURE",
      );
      assert.equal(await codeOf(alice.userId, alice.deviceId, { ...good, more: 1 }), "M_INVALID_SIGNATURE");
      assert.equal(await codeOf(alice.userId, alice.deviceId, {}), "M_INVALID_SIGNATURE");
      assert.equal(await codeOf(alice.userId, "NOSUCH", good), "M_NOT_FOUND");
      assert.equal(await codeOf("nobody", alice.deviceId, good), "M_NOT_FOUND");
      assert.equal(await codeOf("@nobody:localhost", "X", good), "M_NOT_FOUND");
      const { master_key: bobsMaster = {} } = bobs.body;
      assert.equal(await codeOf(bob.userId, bobs.master.publicKey, signed(bobsMaster, bySelf)), "M_INVALID_SIGNATURE");
      const odd = { ...good, signatures: { [alice.userId]: { [`ed25519:${mine.selfSigning.publicKey}`]: "x\0" } } };
      assert.equal(await codeOf(alice.userId, alice.deviceId, odd), "M_INVALID_SIGNATURE");
      const mixed = await post({ [alice.userId]: { [alice.deviceId]: good, [mine.master.publicKey]: forged } });
      assert.deepEqual(Object.keys(mixed[alice.userId] ?? {}), [mine.master.publicKey]);
      const seen = await query(bob, alice);
      const names = seen.at("device_keys", alice.userId, alice.deviceId, "signatures", alice.userId).names;
      assert.deepEqual(
        names.toSorted(),
        [`ed25519:${alice.deviceId}`, `ed25519:${mine.selfSigning.publicKey}`].toSorted(),
      );
      const many = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`K${index}`, {}]));
      assert.equal((await alice.post("/keys/signatures/upload", { [alice.userId]: many })).brief, "413 M_TOO_LARGE");
      assert.equal((await alice.post("/keys/signatures/upload", { [alice.userId]: [] })).brief, "400 M_BAD_JSON");
    });

    test("a new identity begins without the signatures of the old one", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const deviceKey = await withDevice(alice);
      const mine = await begin(alice);
      const bySelf = { user: alice.userId, keyId: mine.selfSigning.publicKey, key: mine.selfSigning };
      const own = { [alice.userId]: { [alice.deviceId]: signed(deviceKeys(alice, deviceKey), bySelf) } };
      (await alice.post("/keys/signatures/upload", own)).ok();
      (await uploadWithPassword(alice, identity(alice.userId).body)).ok();
      const seen = await query(bob, alice);
      assert.deepEqual(seen.at("device_keys", alice.userId, alice.deviceId, "signatures", alice.userId).names, [
        `ed25519:${alice.deviceId}`,
      ]);
    });
  });
}
