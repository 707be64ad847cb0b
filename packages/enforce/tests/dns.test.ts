import { instant } from "@causeway/base";
import { readMessage, writeMessage } from "@causeway/enforce";
import { CHECKING_DISABLED, RECURSION_DESIRED, type Packet } from "dns-packet";
import type { MachineSeen } from "@causeway/policy";
import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { askDns, askTcp, dnsLab, labResolver, question, rawAnswer, send, textAnswer, type Zone } from "./dns-lab.ts";
import { labGrant, labPolicy } from "./embedded-lab.ts";

const address: Zone = ({ name, type }) =>
  type === "A" ? { answers: [{ type: "A", name, ttl: 3600, data: "93.184.216.34" }] } : { answers: [] };

function addressesIn(packet: Packet): readonly unknown[] {
  return (packet.answers ?? []).filter(({ type }) => type === "A").map((one) => ("data" in one ? one.data : undefined));
}

test("a blocked name does not exist, whatever its spelling and type; clients keep that for seconds", async () => {
  await using resolver = await labResolver(address);
  await using lab = await dnsLab([resolver.at]);
  const types = ["A", "AAAA", "TXT", "HTTPS", "SVCB", "MX", "NS", "ANY", "CNAME"];
  const names = ["WEB.WhatsApp.COM", "whatsapp.com", "a.b.c.whatsapp.com"];
  for (const [name = "", type = "A"] of [
    ...types.map((type) => ["web.whatsapp.com", type]),
    ...names.map((name) => [name]),
  ]) {
    const answer = await send(lab.port, question(name, type));
    assert.equal(answer.readUInt16BE(0), 4711);
    assert.equal(answer.readUInt16BE(2) & 15, 3, `${name} ${type}`);
    const [soa] = readMessage(answer)?.authorities ?? [];
    assert.ok(soa?.type === "SOA" && (soa.ttl ?? 99) <= 5 && (soa.data.minimum ?? 99) <= 5);
  }
  assert.equal(resolver.asked.length, 0);
  const near = await askDns(lab, "notwhatsapp.com");
  assert.deepEqual([near.code, addressesIn(near)], [0, ["93.184.216.34"]]);
  const extended = await askDns(lab, "web.whatsapp.com", { edns: 1232 });
  assert.ok(extended.bytes.includes(Buffer.from([0, 15, 0, 2, 0, 15])), "the extended error says that it was blocked");
});

test("each machine gets its own answer, and it changes with the grant", async () => {
  await using resolver = await labResolver(address);
  await using lab = await dnsLab([resolver.at]);
  const ask = (from: string): Promise<number> => askDns(lab, "web.whatsapp.com", { from }).then(({ code }) => code);
  assert.deepEqual([await ask("127.0.0.1"), await ask("127.0.0.2"), await ask("127.0.0.30")], [3, 3, 0]);
  lab.source.change({ grants: [labGrant({ machines: ["addr:127.0.0.2"] })] });
  assert.deepEqual([await ask("127.0.0.1"), await ask("127.0.0.2")], [3, 0]);
  lab.source.change({ grants: [] });
  assert.deepEqual([await ask("127.0.0.2"), await ask("127.0.0.30")], [3, 0]);
  assert.ok(lab.source.counted.includes("refused whatsapp addr:127.0.0.1"));
});

test("what can be closed again is kept by clients for seconds only, and never beyond the grant's end", async () => {
  await using resolver = await labResolver(address);
  const grant = labGrant({ ends: instant(Date.now() + 2500) });
  await using lab = await dnsLab([resolver.at], {
    policy: labPolicy({ grants: [grant] }),
    limits: { maxTtlSeconds: 30 },
  });
  const ttlOf = async (name: string): Promise<number> => {
    const [answer] = (await askDns(lab, name)).answers ?? [];
    return answer !== undefined && "ttl" in answer ? Number(answer.ttl) : -1;
  };
  assert.ok((await ttlOf("web.whatsapp.com")) <= 2);
  assert.equal(await ttlOf("free.test"), 30);
  lab.source.ahead = 3000;
  assert.equal((await askDns(lab, "web.whatsapp.com")).code, 3);
});

test("a name of anybody's that stands for a blocked one is blocked (CNAME, DNAME, HTTPS), and so is one that leads to a service's addresses", async () => {
  await using resolver = await labResolver(({ name, type }) => {
    if (name === "cloak.test")
      return {
        answers: [
          { type: "CNAME", name, ttl: 60, data: "hop.test" },
          { type: "CNAME", name: "hop.test", ttl: 60, data: "WEB.WhatsApp.com" },
          { type: "A", name: "web.whatsapp.com", ttl: 60, data: "93.184.216.34" },
        ],
      };
    if (name === "telegram-mirror.test") return { answers: [{ type: "A", name, ttl: 60, data: "127.0.0.77" }] };
    if (type === "UNKNOWN_65" && name === "alias.test") {
      const target = Buffer.concat([
        Buffer.from([0, 0]),
        ...["web", "whatsapp", "com"].map((one) => Buffer.from([one.length, ...Buffer.from(one)])),
        Buffer.from([0]),
      ]);
      return { answers: [rawAnswer(name, 65, target)] };
    }
    return { answers: [{ type: "CNAME", name, ttl: 60, data: "elsewhere.test" }] };
  });
  await using lab = await dnsLab([resolver.at]);
  for (const name of ["cloak.test", "telegram-mirror.test"]) {
    assert.equal((await askDns(lab, name)).code, 3, name);
    assert.equal((await askDns(lab, name)).code, 3, `${name} from the cache`);
    assert.equal((await askDns(lab, name, { from: "127.0.0.30" })).code, 0, `${name} where it is open`);
  }
  assert.equal((await send(lab.port, question("alias.test", "HTTPS"))).readUInt16BE(2) & 15, 3);
  assert.equal((await askDns(lab, "fine.test")).code, 0);
  lab.source.change({ grants: [labGrant({ machines: ["addr:127.0.0.1"] })] });
  assert.equal((await askDns(lab, "cloak.test")).code, 0);
});

test("browsers' canary and the discovery of other resolvers find nothing", async () => {
  await using resolver = await labResolver(address);
  await using lab = await dnsLab([resolver.at]);
  for (const name of ["use-application-dns.net", "_dns.resolver.arpa"])
    assert.equal((await askDns(lab, name, { from: "127.0.0.30" })).code, 3);
  assert.equal(resolver.asked.length, 0);
});

test("signatures, AD, CD and DO pass untouched in both directions", async () => {
  await using resolver = await labResolver(({ name, query }) => ({
    flags: 0x20 | ((query.flags ?? 0) & 0x10),
    answers: [{ type: "A", name, ttl: 10, data: "93.184.216.34" }],
  }));
  await using lab = await dnsLab([resolver.at]);
  const plain = await askDns(lab, "signed.test");
  assert.equal(plain.additionals?.length, 0);
  const secure = await askDns(lab, "signed.test", { dnssec: true, flags: RECURSION_DESIRED | CHECKING_DISABLED });
  assert.equal(secure.word & 0x30, 0x30);
  assert.deepEqual(
    secure.additionals?.map(({ type }) => type),
    ["OPT"],
  );
  const [first, second] = resolver.asked;
  const isAsked = (packet: Packet | undefined): boolean =>
    packet?.additionals?.some((one) => one.type === "OPT" && (one.flags ?? 0) !== 0) === true;
  assert.deepEqual([isAsked(first), isAsked(second)], [false, true]);
  assert.equal(((second?.flags ?? 0) & CHECKING_DISABLED) !== 0, true);
});

test("the same question is asked once, kept for its time, and answered with the spelling of who asks", async () => {
  let answers = 0;
  await using resolver = await labResolver((asked) => {
    answers += 1;
    return address(asked);
  });
  await using lab = await dnsLab([resolver.at]);
  await Promise.all(Array.from({ length: 20 }, () => askDns(lab, "same.test")));
  const spelled = await askDns(lab, "SaMe.TeSt");
  assert.equal(spelled.questions?.[0]?.name, "SaMe.TeSt");
  assert.equal(answers, 1);
});

test("long answers: cut short over UDP, whole over TCP, and asked for whole upstream", async () => {
  const texts = Array.from({ length: 40 }, (_, index) => `${index} ${"x".repeat(100)}`);
  await using resolver = await labResolver(({ name }) => ({
    answers: texts.map((data) => textAnswer(name, data)),
  }));
  await using lab = await dnsLab([resolver.at]);
  const cut = await askDns(lab, "long.test", { type: "TXT", edns: 4096 });
  assert.ok((cut.word & 0x200) !== 0 && (cut.answers?.length ?? 0) === 0);
  assert.equal(resolver.overTcp, 1);
  const [whole = Buffer.alloc(12), blocked = Buffer.alloc(12)] = await askTcp(lab.port, [
    question("long.test", "TXT", { edns: 4096 }),
    question("web.whatsapp.com", "A"),
  ]);
  assert.equal(readMessage(whole)?.answers?.length, 40);
  assert.equal(blocked.readUInt16BE(2) & 15, 3);
});

test("ANY gets one small record, transfers and other classes are refused, versions of EDNS are told", async () => {
  await using resolver = await labResolver(address);
  await using lab = await dnsLab([resolver.at]);
  const any = await askDns(lab, "free.test", { type: "ANY" });
  assert.deepEqual([any.code, any.answers?.map(({ type }) => type)], [0, ["HINFO"]]);
  assert.ok(any.bytes.length < 80);
  for (const type of ["AXFR", "IXFR", "MAILB", "TKEY"])
    assert.equal((await send(lab.port, question("free.test", type))).readUInt16BE(2) & 15, 5);
  const chaos = question("version.bind", "TXT");
  chaos.writeUInt16BE(3, chaos.length - 2);
  assert.equal((await send(lab.port, chaos)).readUInt16BE(2) & 15, 5);
  const version = question("free.test", "A", { edns: 1232 });
  version[version.length - 5] = 1;
  const told = await send(lab.port, version);
  assert.equal(((told[told.length - 6] ?? 0) << 4) | (told.readUInt16BE(2) & 15), 16);
  assert.equal(resolver.asked.length, 0);
  const reverse = await askDns(lab, "34.216.184.93.in-addr.arpa", { type: "PTR" });
  assert.equal(reverse.code, 0);
  assert.equal(resolver.asked.length, 1);
});

test("when no resolver answers, or there is none, it says so; another one is asked when one is silent", async () => {
  await using none = await dnsLab(["127.0.0.1:9"]);
  assert.equal((await askDns(none, "free.test")).code, 2);
  assert.equal((await askDns(none, "web.whatsapp.com")).code, 3);
  await using silent = await labResolver(() => undefined);
  await using talking = await labResolver(address);
  await using lab = await dnsLab([silent.at, talking.at]);
  assert.equal((await askDns(lab, "free.test")).code, 0);
  await using empty = await dnsLab([talking.at], { policy: null });
  assert.equal((await askDns(empty, "free.test")).code, 2);
});

test("an answer that was not asked for, in id, case or name, is not believed", async () => {
  await using resolver = await labResolver(address);
  const forged = writeMessage({
    ...{ type: "response", id: 1, flags: 0 },
    questions: [{ type: "A", name: "free.test" }],
    answers: [{ type: "A", name: "free.test", ttl: 60, data: "6.6.6.6" }],
  });
  resolver.forge = (message, answer) => {
    const wrongId = Buffer.from(forged);
    const sameId = Buffer.from(forged);
    message.copy(sameId, 0, 0, 2);
    // Never the case that was asked in, whichever that was.
    sameId[13] = (message[13] ?? 0) ^ 0x20;
    const wrongName = Buffer.from(forged);
    message.copy(wrongName, 0, 0, 2);
    wrongName[13] = 120;
    return [wrongId, sameId, wrongName, answer];
  };
  await using lab = await dnsLab([resolver.at]);
  for (let round = 0; round < 5; round += 1)
    assert.deepEqual(addressesIn(await askDns(lab, "free.test")), ["93.184.216.34"]);
  resolver.forge = undefined;
  await Promise.all(Array.from({ length: 40 }, (_, index) => askDns(lab, `name${index}.long-enough-to-vary.test`)));
  const names = resolver.asked.map((one) => one.questions?.[0]?.name ?? "");
  assert.ok(names.some((name) => name !== name.toLowerCase()) && new Set(resolver.asked.map(({ id }) => id)).size > 20);
  assert.ok(resolver.ports.size > 1);
});

test("who asks for much more than it sends is sent to TCP", async () => {
  await using resolver = await labResolver(({ name }) => ({
    answers: Array.from({ length: 8 }, (_, index) => textAnswer(name, `${index}${"x".repeat(90)}`)),
  }));
  await using lab = await dnsLab([resolver.at], { limits: { amplifiedBytesPerSecond: 500 } });
  const ask = async (from: string): Promise<boolean> =>
    ((await askDns(lab, "big.test", { type: "TXT", edns: 1232, from })).word & 0x200) !== 0;
  assert.equal(await ask("127.0.0.1"), false);
  assert.equal(await ask("127.0.0.1"), true);
  assert.equal(await ask("127.0.0.2"), false);
  assert.equal((await askDns(lab, "web.whatsapp.com")).code, 3);
});

test("no message breaks it: whatever comes, what is asked next is answered", async () => {
  await using resolver = await labResolver(address);
  await using lab = await dnsLab([resolver.at]);
  const answered: Buffer[] = [];
  const machine: MachineSeen = { key: "addr:127.0.0.1", class: "internal-desktop" };
  const good = question("web.whatsapp.com", "A", { edns: 1232 });
  const mutated = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }).map((changes) => {
    const bytes = Buffer.from(good);
    for (const [at, value] of changes) bytes[at] = value;
    return bytes;
  });
  const cut = fc.tuple(mutated, fc.nat(good.length)).map(([bytes, length]) => bytes.subarray(0, length));
  const any = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.oneof(mutated, cut, any), (bytes) => {
      lab.dns.answer(
        bytes,
        () => machine,
        (reply) => {
          if (reply === undefined) return;
          answered.push(reply);
          assert.ok(reply.length >= 12 && (reply.readUInt16BE(2) & 0x8000) !== 0);
          assert.equal(reply.readUInt16BE(0), bytes.readUInt16BE(0));
        },
      );
    }),
    { numRuns: 3000 },
  );
  assert.ok(answered.length > 100);
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(11), Buffer.alloc(12, 255)])
    await new Promise<void>((resolve) => {
      lab.dns.answer(
        bytes,
        () => machine,
        (reply) => {
          assert.equal(reply, undefined);
          resolve();
        },
      );
    });
  assert.equal((await askDns(lab, "web.whatsapp.com")).code, 3);
});

test("no answer of a resolver breaks it either", async () => {
  let turn = Buffer.alloc(0);
  await using resolver = await labResolver(address);
  resolver.forge = (message, answer) => {
    const bytes = Buffer.concat([answer.subarray(0, 12 + message.length - 12 - 11), turn]);
    answer.copy(bytes, 0, 0, 12);
    return [bytes];
  };
  await using lab = await dnsLab([resolver.at], { limits: { cacheEntries: 0 } });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
      turn = Buffer.from(bytes);
      const { code } = await askDns(lab, "free.test");
      assert.ok(code === 0 || code === 2 || code === 3);
    }),
    { numRuns: 200 },
  );
});

test("blocked names may lead to a page instead", async () => {
  await using lab = await dnsLab([], { pageAddresses: ["192.0.2.10", "2001:db8::10"] });
  const v4 = await askDns(lab, "web.whatsapp.com");
  assert.deepEqual([v4.code, addressesIn(v4)], [0, ["192.0.2.10"]]);
  const v6 = await askDns(lab, "web.whatsapp.com", { type: "AAAA" });
  assert.deepEqual(
    v6.answers?.map((one) => ("data" in one ? one.data : "")),
    ["2001:db8::10"],
  );
  const other = await askDns(lab, "web.whatsapp.com", { type: "TXT" });
  assert.deepEqual([other.code, other.answers?.length, other.authorities?.[0]?.type], [0, 0, "SOA"]);
});
