import { instant, parseUserId, type Clock } from "@causeway/base";
import assert from "node:assert/strict";
import { createHash, createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { crc32, inflateRawSync } from "node:zlib";
import { samplePolicy } from "../endpoint-files/sample-policy.ts";
import { readXml } from "../endpoint-files/read-xml.ts";
import { extensionIdOf, manifestKeyOf, signCrx } from "./crx.ts";
import { GuardExtension } from "./extension.ts";
import { openGuardKey } from "./guard-key.ts";
import { GuardTickets } from "./tickets.ts";
import { zipOf } from "./zip.ts";

const { privateKey: key } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** Reads the fields of a protocol buffer, as the other side would. */
function fieldsOf(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  let place = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[place++] ?? 0;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (place < bytes.length) {
    const tag = varint();
    assert.equal(tag % 8, 2);
    const length = varint();
    found.set(Math.floor(tag / 8), bytes.subarray(place, place + length));
    place += length;
  }
  return found;
}

/** The files of a zip archive, by its central directory. */
function unzip(zip: Buffer): Readonly<Record<string, string>> {
  const end = zip.length - 22;
  assert.equal(zip.readUInt32LE(end), 0x06054b50);
  let place = zip.readUInt32LE(end + 16);
  const files: Record<string, string> = {};
  for (let count = zip.readUInt16LE(end + 10); count > 0; count -= 1) {
    const [packed, whole, nameLength, local] = [20, 24, 28, 42].map((at) =>
      at === 28 ? zip.readUInt16LE(place + at) : zip.readUInt32LE(place + at),
    );
    const name = zip.subarray(place + 46, place + 46 + (nameLength ?? 0)).toString();
    const begin = (local ?? 0) + 30 + (nameLength ?? 0);
    const bytes = inflateRawSync(zip.subarray(begin, begin + (packed ?? 0)));
    assert.equal(bytes.length, whole);
    assert.equal(crc32(bytes), zip.readUInt32LE(place + 16));
    files[name] = bytes.toString();
    place += 46 + (nameLength ?? 0);
  }
  return files;
}

describe("a signed extension", () => {
  test("has a signature over its id and its archive by the key that it carries", () => {
    const zip = zipOf([{ name: "a.txt", bytes: Buffer.from("公文") }]);
    const crx = signCrx(zip, key);
    assert.equal(crx.subarray(0, 4).toString(), "Cr24");
    assert.equal(crx.readUInt32LE(4), 3);
    const headerLength = crx.readUInt32LE(8);
    const header = fieldsOf(crx.subarray(12, 12 + headerLength));
    assert.deepEqual(crx.subarray(12 + headerLength), zip);
    const proof = fieldsOf(header.get(2) ?? Buffer.alloc(0));
    const publicKey = proof.get(1) ?? Buffer.alloc(0);
    const signedHeader = header.get(10_000) ?? Buffer.alloc(0);
    const id = fieldsOf(signedHeader).get(1)?.toString("hex") ?? "";
    assert.equal(id, createHash("sha256").update(publicKey).digest("hex").slice(0, 32));
    assert.equal(extensionIdOf(key), [...id].map((one) => "abcdefghijklmnop"[Number.parseInt(one, 16)]).join(""));
    assert.equal(manifestKeyOf(key), publicKey.toString("base64"));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(signedHeader.length);
    const signed = Buffer.concat([Buffer.from("CRX3 SignedData\0"), length, signedHeader, zip]);
    const asKey = createPublicKey({ key: publicKey, format: "der", type: "spki" });
    assert.equal(verify("sha256", signed, asKey, proof.get(2) ?? Buffer.alloc(0)), true);
    assert.deepEqual(unzip(zip), { "a.txt": "公文" });
  });

  test("the key is made once, and nobody else can read it", () => {
    const directory = mkdtempSync(join(tmpdir(), "causeway-key-"));
    const id = extensionIdOf(openGuardKey(directory));
    assert.equal(extensionIdOf(openGuardKey(directory)), id);
    assert.match(id, /^[a-p]{32}$/);
    assert.equal(statSync(join(directory, "guard.key")).mode & 0o777, 0o600);
    assert.match(readFileSync(join(directory, "guard.key"), "utf8"), /BEGIN PRIVATE KEY/);
    rmSync(directory, { recursive: true });
  });
});

describe("the guard of a server", () => {
  const built = [
    { name: "manifest.json", bytes: Buffer.from('{"manifest_version":3,"version":"0.0.0","name":"x"}') },
    { name: "worker.js", bytes: Buffer.from("1") },
  ];

  function world() {
    const directory = mkdtempSync(join(tmpdir(), "causeway-extension-"));
    let [now, document, url] = [Date.UTC(2026, 10, 25, 12), samplePolicy(), "https://chat.gov.example"];
    const clock: Clock = { now: () => instant(now) };
    const make = (files = built) =>
      new GuardExtension({
        ...{ files, key, clock, directory, publicUrl: () => url, document: () => document },
        keys: () => [{ id: "ed25519:p_1", public_key: "AAAA" }],
      });
    return {
      make,
      pass: (ms: number) => (now += ms),
      change: (more: Partial<typeof document>) => (document = { ...document, ...more }),
      move: (to: string) => (url = to),
      [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
    };
  }

  function filesOf(crx: Buffer | undefined): Readonly<Record<string, string>> {
    return unzip(Buffer.from(crx?.subarray(12 + crx.readUInt32LE(8)) ?? []));
  }

  test("knows its server, the keys that policies are signed with, and what is blocked before there is a policy", () => {
    using here = world();
    const files = filesOf(here.make().current()?.crx);
    const manifest = JSON.parse(files["manifest.json"] ?? "");
    assert.equal(manifest.update_url, "https://chat.gov.example/causeway/v1/guard/updates.xml");
    assert.deepEqual(manifest.externally_connectable, { matches: ["https://chat.gov.example/*"] });
    const config = JSON.parse(files["config.json"] ?? "");
    assert.deepEqual(config.keys, { "ed25519:p_1": "AAAA" });
    assert.deepEqual(
      config.initial.base.services.map((one: { id: string }) => one.id),
      ["whatsapp", "wechat", "outlook-com", "resolvers"],
    );
  });

  test("a grant makes no new extension; another catalogue, program or address does, with a higher version, also after a restart", () => {
    using here = world();
    const extension = here.make();
    const first = extension.current()?.version ?? "";
    here.pass(3_600_000);
    here.change({ version: 70_001, grants: [], issued: instant(5) });
    assert.equal(extension.current()?.version, first);
    assert.equal(here.make().current()?.version, first, "after a restart");
    here.change({ services: samplePolicy().services.slice(1) });
    const second = extension.current()?.version ?? "";
    here.pass(86_400_000);
    const third = here.make([...built, { name: "z.js", bytes: Buffer.from("2") }]).current()?.version ?? "";
    here.pass(100);
    here.move("https://other.gov.example");
    const fourth = here.make().current()?.version ?? "";
    const numbers = [first, second, third, fourth].map((version) => version.split(".").map(Number));
    for (const parts of numbers) {
      assert.equal(parts.length, 4);
      assert.ok(parts.every((part) => part >= 0 && part <= 65_535));
    }
    const weights = numbers.map((parts) => parts.reduce((sum, part) => sum * 65_536 + part, 0));
    for (let place = 1; place < weights.length; place += 1)
      assert.ok((weights[place] ?? 0) > (weights[place - 1] ?? 0));
  });

  test("browsers are told where it is, which version, and its hash", () => {
    using here = world();
    const extension = here.make();
    const root = readXml((extension.updates() ?? "").replaceAll("'", '"'));
    const app = root.children[0];
    assert.equal(app?.attributes["appid"], extension.id);
    const check = app?.children[0]?.attributes ?? {};
    assert.equal(check["codebase"], "https://chat.gov.example/causeway/v1/guard/guard.crx");
    assert.equal(check["version"], extension.current()?.version);
    assert.equal(
      check["hash_sha256"],
      createHash("sha256")
        .update(extension.current()?.crx ?? "")
        .digest("hex"),
    );
    assert.equal(here.make([]).updates(), undefined, "without a built guard there is none");
  });
});

describe("a ticket of a guard", () => {
  const user = parseUserId("@chan.taiman:gov.example") ?? assert.fail();
  let now = 1000;
  const tickets = new GuardTickets({ key, clock: { now: () => instant(now) }, lifetimeMs: 500 });

  test("says who is signed in, for its time", () => {
    const { ticket, ends } = tickets.make({ user, session: "s1" });
    assert.deepEqual(tickets.read(ticket), { user, session: "s1" });
    assert.equal(ends, 1500);
    now = 1500;
    assert.equal(tickets.read(ticket), undefined);
    now = 1000;
  });

  test("one that was changed, cut, or made by another key is worth nothing", () => {
    const { ticket } = tickets.make({ user, session: "s1" });
    const [body = "", proof = ""] = ticket.split(".");
    const forged = Buffer.from(JSON.stringify(["@lee.wailing:gov.example", "s1", 9999])).toString("base64url");
    const { privateKey: other } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const foreign = new GuardTickets({ key: other, clock: { now: () => instant(now) }, lifetimeMs: 500 });
    for (const bad of [
      `${forged}.${proof}`,
      body,
      `${body}.`,
      `${body}.${proof}x`,
      `.${proof}`,
      "",
      ".",
      `${ticket}.x`,
      foreign.make({ user, session: "s1" }).ticket,
    ])
      assert.equal(tickets.read(bad), undefined, bad);
  });
});
