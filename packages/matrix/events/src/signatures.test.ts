import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, hash, sign, verify, type KeyObject } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalJson } from "@causeway/base";
import { buildEvent, type UnsignedPdu } from "./build.ts";
import type { EventSigner, Hashing } from "./crypto.ts";
import type { Content } from "./event.ts";
import { eventIdOf } from "./hashes.ts";
import { redact } from "./redact.ts";
import { roomVersions } from "./room-versions.ts";
import { checkEvent, requiredSigners, signEvent, signJson, verifyJson, type VerifyParts } from "./signatures.ts";
import { id, ROOM } from "../tests/auth-cases.ts";

const hashing: Hashing = { sha256: (text) => hash("sha256", text, "base64").replace(/=+$/, "") };
const keys = new Map<string, KeyObject>();

function signer(serverName: string, keyId = "ed25519:1"): EventSigner & Hashing {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  keys.set(`${serverName} ${keyId}`, publicKey);
  const signText = (text: string): string =>
    sign(null, Buffer.from(text), privateKey).toString("base64").replace(/=+$/, "");
  return { serverName, keyId, sign: signText, ...hashing };
}

const HEADER = Buffer.from("302a300506032b6570032100", "hex");
const parts: VerifyParts & Hashing = {
  ...hashing,
  keyOf: (entity, keyId) =>
    keys.get(`${entity} ${keyId}`)?.export({ format: "der", type: "spki" }).subarray(12).toString("base64"),
  verify: (publicKey, signature, text) => {
    const der = Buffer.concat([HEADER, Buffer.from(publicKey, "base64")]);
    const key = createPublicKey({ key: der, format: "der", type: "spki" });
    return verify(null, Buffer.from(text), key, Buffer.from(signature, "base64"));
  },
};

const here = signer("here");
const second = signer("here", "ed25519:2");
const there = signer("there");
const unknown: EventSigner = { ...signer("here", "ed25519:gone"), keyId: "ed25519:new" };

function unsigned(chosen: boolean, content: Content): UnsignedPdu {
  const own = chosen ? { event_id: id.event("$own:here"), references: new Map([[id.event("$p"), "aGFzaA"]]) } : {};
  return {
    type: "m.room.message",
    sender: id.user("@a:here"),
    room_id: ROOM,
    content,
    origin_server_ts: 5,
    depth: 3,
    prev_events: [id.event("$p")],
    auth_events: [],
    ...own,
  };
}

const contents = fc.dictionary(
  fc.string({ unit: "grapheme" }),
  fc.oneof(fc.string({ unit: "grapheme" }), fc.maxSafeInteger(), fc.boolean(), fc.array(fc.maxSafeInteger())),
);

for (const version of roomVersions) {
  const chosen = version.eventIds === "chosen-by-server";
  const build = (content: Content): Record<string, unknown> =>
    JSON.parse(buildEvent(version, unsigned(chosen, content), here).json);

  test(`version ${version.id}: what was built is found good, and altered or forged events are not`, () => {
    fc.assert(
      fc.property(contents, (content) => {
        const built = buildEvent(version, unsigned(chosen, content), here);
        const event: Record<string, unknown> = JSON.parse(built.json);
        assert.equal(canonicalJson(event), built.json);
        assert.equal(checkEvent(version, event, parts), "good");
        assert.equal(eventIdOf(version, event, hashing), built.eventId);
        assert.equal(checkEvent(version, { ...event, unsigned: { age: 1 } }, parts), "good");
        assert.equal(checkEvent(version, { ...event, content: { ...content, more: 1 } }, parts), "altered");
        assert.equal(checkEvent(version, { ...event, depth: 4 }, parts), "bad-signature");
        assert.notEqual(checkEvent(version, redact(version, event), parts), "bad-signature");
        assert.equal(eventIdOf(version, redact(version, event), hashing), built.eventId);
      }),
      { numRuns: 25 },
    );
  });

  test(`version ${version.id}: event ids have the form that it gives them`, () => {
    for (let salt = 0; salt < 50; salt += 1) {
      const { eventId } = buildEvent(version, unsigned(chosen, { salt }), here);
      const form = {
        "chosen-by-server": /^\$own:here$/,
        base64: /^\$[A-Za-z0-9+/]{43}$/,
        "url-safe-base64": /^\$[\w-]{43}$/,
      };
      assert.match(eventId, form[version.eventIds]);
    }
    assert.throws(() => buildEvent(version, unsigned(!chosen, {}), here));
  });

  test(`version ${version.id}: a false signature of a known key is one too many, one of an unknown key is passed over`, () => {
    const event = build({ body: "x" });
    const two = signEvent(version, event, second);
    assert.equal(checkEvent(version, two, parts), "good");
    const signatures: Record<string, Record<string, unknown>> = JSON.parse(JSON.stringify(two["signatures"]));
    const withOther = (signature: unknown): Content => ({
      ...two,
      signatures: { here: { ...signatures["here"], "ed25519:2": signature } },
    });
    for (const bad of [signatures["here"]?.["ed25519:1"], "", "!", 5, null])
      assert.equal(checkEvent(version, withOther(bad), parts), "bad-signature");
    assert.equal(checkEvent(version, signEvent(version, event, unknown), parts), "good");
    const only = { ...event, signatures: {} };
    assert.equal(checkEvent(version, only, parts), "bad-signature");
    assert.equal(checkEvent(version, signEvent(version, only, unknown), parts), "bad-signature");
    assert.equal(checkEvent(version, signEvent(version, only, there), parts), "bad-signature");
    for (const odd of [undefined, null, [], "x", { here: null }, { here: [] }])
      assert.equal(checkEvent(version, { ...event, signatures: odd }, parts), "bad-signature");
  });

  test(`version ${version.id}: who vouches for a join signs it, from 8 on; in 1 and 2 the server of the event id signs`, () => {
    const join = { type: "m.room.member", sender: "@a:here", content: { membership: "join" } };
    const vouched = { ...join, content: { membership: "join", join_authorised_via_users_server: "@b:there" } };
    const both = version.restrictedJoins ? ["here", "there"] : ["here"];
    const own = chosen ? { event_id: "$x:here" } : {};
    assert.deepEqual(requiredSigners(version, { ...vouched, ...own }), both);
    assert.deepEqual(
      requiredSigners(version, { ...join, event_id: "$x:there" }),
      chosen ? ["here", "there"] : ["here"],
    );
    const invite = { membership: "invite", third_party_invite: {} };
    assert.deepEqual(requiredSigners(version, { ...join, content: invite, ...own }), chosen ? ["here"] : []);
  });

  test(`version ${version.id} ${version.keysExpire ? "asks" : "does not ask"} for keys that were valid when the event was made`, () => {
    const asked: (number | undefined)[] = [];
    const keyOf: VerifyParts["keyOf"] = (entity, keyId, at) => {
      asked.push(at);
      return parts.keyOf(entity, keyId, at);
    };
    assert.equal(checkEvent(version, build({}), { ...parts, keyOf }), "good");
    assert.deepEqual(asked, [version.keysExpire ? 5 : undefined]);
  });
}

test("an object that was signed is found so until anything but `unsigned` and `signatures` changes", () => {
  fc.assert(
    fc.property(contents, (content) => {
      const { signatures: _, unsigned: __, ...object } = content;
      const signed = signJson(signJson(object, here), there);
      for (const entity of ["here", "there"]) assert.equal(verifyJson(signed, entity, parts), true);
      assert.equal(verifyJson({ ...signed, unsigned: 5 }, "here", parts), true);
      assert.equal(verifyJson({ ...signed, more: 5 }, "here", parts), false);
      assert.equal(verifyJson(signed, "nowhere", parts), false);
      assert.equal(verifyJson({ ...signed, more: 1.5 }, "here", parts), false);
    }),
    { numRuns: 25 },
  );
});
