import assert from "node:assert/strict";
import { createPrivateKey, hash, sign } from "node:crypto";
import { test } from "node:test";
import type { EventSigner, Hashing } from "./crypto.ts";
import { contentHash } from "./hashes.ts";
import { redact } from "./redact.ts";
import { roomVersion, roomVersions } from "./room-versions.ts";
import { signEvent, signJson } from "./signatures.ts";

const unpadded = (text: string): string => text.replace(/=+$/, "");
const prefix = Buffer.from("302e020100300506032b657004220420", "hex");
const seed = Buffer.from("YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1", "base64");
const key = createPrivateKey({ key: Buffer.concat([prefix, seed]), format: "der", type: "pkcs8" });
const signer: EventSigner & Hashing = {
  serverName: "domain",
  keyId: "ed25519:1",
  sign: (text) => unpadded(sign(null, Buffer.from(text), key).toString("base64")),
  sha256: (text) => unpadded(hash("sha256", text, "base64")),
};

function signatureOf(object: Readonly<Record<string, unknown>>): unknown {
  const signatures: Record<string, Record<string, string>> = Object(object["signatures"]);
  return signatures["domain"]?.["ed25519:1"];
}

function hashAndSign(event: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const version = roomVersion("1");
  assert.ok(version);
  return signEvent(version, { ...event, hashes: { sha256: contentHash(event, signer) } }, signer);
}

test("JSON is signed as in the specification's appendix", () => {
  assert.equal(
    signatureOf(signJson({}, signer)),
    "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ",
  );
  assert.equal(
    signatureOf(signJson({ one: 1, two: "Two" }, signer)),
    "KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw",
  );
});

test("a minimal event is hashed and signed as in the specification's appendix", () => {
  const signed = hashAndSign({
    room_id: "!x:domain",
    sender: "@a:domain",
    origin: "domain",
    origin_server_ts: 1000000,
    signatures: {},
    hashes: {},
    type: "X",
    content: {},
    prev_events: [],
    auth_events: [],
    depth: 3,
    unsigned: { age_ts: 1000000 },
  });
  assert.deepEqual(signed["hashes"], { sha256: "5jM4wQpv6lnBo7CLIghJuHdW+s2CMBJPUOGOC89ncos" });
  assert.equal(
    signatureOf(signed),
    "KxwGjPSDEtvnFgU00fwFz+l6d2pJM6XBIaMEn81SXPTRl16AqLAYqfIReFGZlHi5KLjAWbOoMszkwsQma+lYAg",
  );
});

test("an event with content is hashed and signed as in the specification's appendix", () => {
  const signed = hashAndSign({
    content: { body: "Here is the message content" },
    event_id: "$0:domain",
    origin: "domain",
    origin_server_ts: 1000000,
    type: "m.room.message",
    room_id: "!r:domain",
    sender: "@u:domain",
    signatures: {},
    unsigned: { age_ts: 1000000 },
  });
  assert.deepEqual(signed["hashes"], { sha256: "onLKD1bGljeBWQhWZ1kaP9SorVmRQNdN5aM2JYU2n/g" });
  assert.equal(
    signatureOf(signed),
    "Wm+VzmOUOz08Ds+0NTWb1d4CZrVsJSikkeRxh6aCcUwu6pNC78FunoD7KNWzqFn241eYHYMGCA5McEiVPdhzBA",
  );
});

test("redaction is idempotent, and keeps what authorises, in every room version", () => {
  const event = {
    type: "m.room.member",
    state_key: "@a:x",
    content: { membership: "join", displayname: "A", join_authorised_via_users_server: "@b:x" },
    unsigned: { age: 1 },
  };
  assert.equal(roomVersions.length, 12);
  for (const version of roomVersions) {
    const once = redact(version, event);
    assert.deepEqual(redact(version, once), once);
    const content: Record<string, unknown> = Object(once["content"]);
    assert.equal(content["membership"], "join");
    assert.equal(content["displayname"], undefined);
    assert.equal(content["join_authorised_via_users_server"], Number(version.id) >= 9 ? "@b:x" : undefined);
    assert.equal(once["unsigned"], undefined);
  }
});
