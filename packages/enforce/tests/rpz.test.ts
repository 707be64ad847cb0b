import { testClock } from "@causeway/testkit";
import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  checkSignature,
  createZones,
  defaultHistory,
  defaultTimes,
  openZoneFile,
  readMessage,
  startPrimary,
  zoneHandler,
  type PrimaryOptions,
  type RpzAction,
  type RpzPrimary,
  type RpzZones,
  type ZoneFile,
} from "../src/index.ts";
import { listenForNotifications, transfer } from "./secondary.ts";

const NAME = "rpz.causeway";
const key = { name: "secondary", secret: Buffer.from("shared by two") };
const whatsapp = new Map<string, RpzAction>([
  ["whatsapp.com", "block"],
  ["*.whatsapp.com", "block"],
]);
const more = new Map<string, RpzAction>([...whatsapp, ["drive.google.com", "block"], ["status.whatsapp.com", "pass"]]);

interface World extends AsyncDisposable {
  readonly folder: string;
  readonly clock: ReturnType<typeof testClock>;
  readonly zones: RpzZones;
  readonly primary: RpzPrimary;
  /** Ends everything, as if the process had been killed, and starts again from the disk. */
  again(): Promise<void>;
}

async function world(options: Partial<PrimaryOptions> = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "rpz-"));
  const clock = testClock();
  let [file, zones, primary]: [ZoneFile?, RpzZones?, RpzPrimary?] = [];
  const start = async (): Promise<void> => {
    file = openZoneFile(join(folder, "zones.journal"), defaultHistory);
    zones = createZones({ file, clock, limits: defaultHistory });
    primary = await startPrimary({ zones, clock, host: "127.0.0.1", port: 0, ...options });
  };
  const stop = async (): Promise<void> => {
    await primary?.[Symbol.asyncDispose]();
    file?.[Symbol.dispose]();
  };
  await start();
  const there = <T>(value: T | undefined): T => {
    assert.ok(value !== undefined);
    return value;
  };
  return {
    folder,
    clock,
    get zones() {
      return there(zones);
    },
    get primary() {
      return there(primary);
    },
    again: async () => {
      await stop();
      await start();
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function serialOf(zones: RpzZones): number {
  return zones.find(NAME)?.serial ?? 0;
}

test("a secondary gets the whole zone, then only what changed, then nothing", async () => {
  await using here = await world();
  here.zones.publish(NAME, whatsapp);
  const { port } = here.primary;
  const first = serialOf(here.zones);
  const whole = await transfer({ port, zone: NAME, type: "AXFR" });
  const [begin, end] = [whole.records[0], whole.records.at(-1)];
  assert.deepEqual([begin, end], [`SOA ${first}`, `SOA ${first}`]);
  assert.ok(whole.records.includes(`CNAME *.whatsapp.com.${NAME} .`));
  here.zones.publish(NAME, more);
  const second = serialOf(here.zones);
  const { records } = await transfer({ port, zone: NAME, type: "IXFR", serial: first });
  assert.deepEqual(records, [
    ...[`SOA ${second}`, `SOA ${first}`, `SOA ${second}`],
    `CNAME drive.google.com.${NAME} .`,
    `CNAME status.whatsapp.com.${NAME} rpz-passthru`,
    `SOA ${second}`,
  ]);
  const current = await transfer({ port, zone: NAME, type: "IXFR", serial: second });
  assert.deepEqual(current.records, [`SOA ${second}`]);
  const unknown = await transfer({ port, zone: NAME, type: "IXFR", serial: first - 1000 });
  assert.equal(unknown.records.filter((record) => record.startsWith("NS")).length, 1, "the whole zone");
});

test("a zone that says the same has the same serial; one that changes has a later one, even when the clock goes back", async () => {
  await using here = await world();
  here.zones.publish(NAME, whatsapp);
  const first = serialOf(here.zones);
  assert.equal(here.zones.publish(NAME, new Map(whatsapp)).isChanged, false);
  assert.equal(serialOf(here.zones), first);
  here.clock.move(-86_400_000);
  here.zones.publish(NAME, more);
  assert.equal(serialOf(here.zones), first + 1);
  await here.again();
  assert.equal(serialOf(here.zones), first + 1);
  assert.equal(here.zones.publish(NAME, more).isChanged, false);
  here.zones.publish(NAME, whatsapp);
  assert.equal(serialOf(here.zones), first + 2);
});

test("after a restart secondaries still get differences, also when the last write was cut off by a power cut", async () => {
  await using here = await world();
  here.zones.publish(NAME, whatsapp);
  const first = serialOf(here.zones);
  here.zones.publish(NAME, more);
  appendFileSync(join(here.folder, "zones.journal"), '{"zone":"rpz.causeway","from":');
  await here.again();
  const { port } = here.primary;
  const { records } = await transfer({ port, zone: NAME, type: "IXFR", serial: first });
  assert.equal(records.length, 6);
  assert.ok(!readFileSync(join(here.folder, "zones.journal"), "utf8").endsWith('"from":'));
});

test("ten thousand names go over in several messages, each signed upon the one before", async () => {
  await using here = await world({ keys: [key] });
  const { zones, primary } = here;
  const many = Array.from({ length: 10_000 }, (_, at): [string, RpzAction] => [`host-${at}.example`, "block"]);
  zones.publish(NAME, new Map(many));
  const whole = await transfer({ port: primary.port, zone: NAME, type: "AXFR", key });
  assert.equal(whole.records.length, 10_003);
  assert.ok(whole.messages > 10 && whole.isSigned);
});

test("who has no key, another key, or a wrong clock gets nothing, and is told why", async () => {
  await using here = await world({ keys: [key] });
  here.zones.publish(NAME, whatsapp);
  const { port } = here.primary;
  const ask = (more: object): Promise<{ readonly rcode: number; readonly records: readonly string[] }> =>
    transfer({ port, zone: NAME, type: "AXFR", ...more });
  const [refused, notAuthorised] = [5, 9];
  assert.equal((await ask({})).rcode, refused);
  assert.equal((await ask({ key: { ...key, secret: Buffer.from("guessed") } })).rcode, notAuthorised);
  assert.equal((await ask({ key: { ...key, name: "another" } })).rcode, notAuthorised);
  const late = await ask({ key, now: Date.now() - 400_000 });
  assert.deepEqual([late.rcode, late.records], [notAuthorised, []]);
  assert.equal((await ask({ key, zone: "other.zone" })).rcode, refused);
  assert.equal((await ask({ key })).rcode, 0);
});

test("a secondary is told of a change until it says that it heard, under its key, and of what it has only", async () => {
  await using listener = await listenForNotifications();
  listener.answers = false;
  const target = { address: "127.0.0.1", port: listener.port, key, has: (zone: string) => zone === NAME };
  await using here = await world({ keys: [key], notify: [target] });
  here.zones.publish("another.zone", whatsapp);
  here.zones.publish(NAME, whatsapp);
  await listener.until(2);
  listener.answers = true;
  await listener.until(3);
  const ids = new Set(listener.heard.map((message) => message.readUInt16BE(0)));
  assert.equal(ids.size, 1, "the same, again");
  for (const message of listener.heard) {
    assert.equal(checkSignature(message, [key], { now: here.clock.now() }).kind, "good");
    assert.equal(readMessage(message)?.questions?.[0]?.name, NAME);
  }
});

test("over HTTP a zone comes as text with a warning for mail; who has it is told so", async () => {
  await using here = await world();
  here.zones.publish(NAME, whatsapp);
  const handler = zoneHandler(here.zones, defaultTimes);
  const server: Server = createServer((request, response) => {
    if (!handler(request, response)) response.writeHead(404).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const first = await fetch(`${url}/${NAME}`);
    const text = await first.text();
    assert.match(text, /^; .*MX/);
    assert.match(text, /^@ SOA ns\.rpz\.causeway\. ops\.rpz\.causeway\. \d+ /m);
    assert.match(text, /^\*\.whatsapp\.com CNAME \.$/m);
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    assert.equal((await fetch(`${url}/${NAME}`, { headers })).status, 304);
    here.zones.publish(NAME, more);
    const changed = await fetch(`${url}/${NAME}`, { headers });
    assert.match(await changed.text(), /^status\.whatsapp\.com CNAME rpz-passthru\.$/m);
    assert.equal((await fetch(`${url}/none`)).status, 404);
    assert.equal((await fetch(`${url}/${NAME}`, { method: "POST" })).status, 405);
  } finally {
    server.close();
  }
});

test("an owner that could break out of its line is left out and told", async () => {
  await using here = await world();
  const nasty = [
    "a b.example",
    "x.example\n@ NS evil",
    "$include",
    'q".example',
    "..",
    "*.*.example",
    `${"a".repeat(64)}.example`,
  ];
  const { unfit } = here.zones.publish(
    NAME,
    new Map([...whatsapp, ...nasty.map((owner) => [owner, "block"] as const)]),
  );
  assert.deepEqual(unfit, nasty);
  assert.equal(here.zones.find(NAME)?.rules.size, whatsapp.size);
});
