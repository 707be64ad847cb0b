import { allow, failure, instant, ok, parseUserId, systemClock } from "@causeway/base";
import { GUARD_SOCKET_PATH } from "@causeway/contract";
import { createHttp, type Caller } from "@causeway/platform";
import type { PolicyDocument, PolicyGrant, PolicyView } from "@causeway/policy";
import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createGuards, type GuardOptions } from "../src/index.ts";
import { samplePolicy } from "../src/endpoint-files/sample-policy.ts";

const user = parseUserId("@chan.taiman:gov.example") ?? assert.fail();
const other = parseUserId("@lee.wailing:gov.example") ?? assert.fail();
const { privateKey, publicKey } = generateKeyPairSync("ed25519");

/** A policy that is published here, as the publisher does it. */
class Published {
  document = samplePolicy({ version: 1 });
  #listeners = new Set<(published: { readonly document: PolicyDocument }) => void>();
  current(): PolicyDocument {
    return this.document;
  }
  onPublished(listener: (published: { readonly document: PolicyDocument }) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
  publish(change: Partial<PolicyDocument>): void {
    this.document = { ...this.document, ...change, version: this.document.version + 1 };
    for (const listener of this.#listeners) listener({ document: this.document });
  }
}

function grant(id: string, more: Partial<PolicyGrant>): PolicyGrant {
  const life = { begins: instant(0), ends: instant(9e12) };
  return { id, users: [], machines: [], services: ["whatsapp"], sites: [], upload: false, ...life, ...more };
}

async function world(limits?: GuardOptions["limits"]) {
  const directory = mkdtempSync(join(tmpdir(), "causeway-stream-"));
  const policy = new Published();
  const sessions = new Set([`${user} s1`, `${other} s2`]);
  const times: number[] = [];
  const clock = systemClock;
  const caller: Caller = { user, device: "D" as Caller["device"], session: "s1", managed: true };
  const guards = createGuards({
    ...{
      clock,
      directory,
      built: join(directory, "none"),
      publicUrl: () => "https://chat.gov.example",
      policy,
      ticketMs: 600_000,
    },
    signer: { sign: (text) => ({ k: sign(null, Buffer.from(text), privateKey).toString("base64") }), keys: () => [] },
    subjects: {
      isSignedIn: (who, session) => Promise.resolve(sessions.has(`${who} ${session}`)),
      machineOfAddress: (address) => ({ key: `addr:${address}`, class: "internal-desktop" }),
      machineOfToken: (token) =>
        token === "good" ? { key: "ma_desk0001", class: "designated-machine", department: "un_pgd" } : undefined,
    },
    listener: { obeyed: ({ afterMs }) => times.push(afterMs), failed: (error) => assert.fail(String(error)) },
    ...(limits === undefined ? {} : { limits }),
  });
  const http = createHttp({
    config: {
      ...{ maxBodyBytes: 100_000, maxJsonDepth: 10, trustedProxies: [], legacyClients: false, rateBudgets: undefined },
      ...{ headersTimeoutMs: 5000, requestTimeoutMs: 5000, maxQueryBytes: 10_000, closeTimeoutMs: 1000 },
    },
    ...{ clock, authorise: () => allow, routes: guards.routes, sockets: guards.sockets },
    authenticate: (token) => (token === "token" ? ok(caller) : failure("M_UNKNOWN_TOKEN")),
    observer: { finished: () => undefined, failed: ({ error }) => assert.fail(String(error)) },
  });
  const url = await http.listen({ host: "127.0.0.1", port: 0 });
  return {
    ...{ url, policy, guards, sessions, times },
    ticketFor: (who = user, session = "s1") => guards.ticketFor({ user: who, session }),
    [Symbol.asyncDispose]: async () => {
      guards.stream.close();
      await http.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** A guard's side of a socket. */
class Client {
  readonly #socket: WebSocket;
  #heard: unknown[] = [];
  #waiting: (() => void)[] = [];
  readonly ended: Promise<number>;

  constructor(url: string, hello: object | string = {}) {
    this.#socket = new WebSocket(url.replace("http", "ws") + GUARD_SOCKET_PATH);
    this.#socket.addEventListener("open", () =>
      this.say(typeof hello === "string" ? hello : { type: "hello", protocol: 1, ...hello }),
    );
    this.#socket.addEventListener("message", ({ data }) => {
      this.#heard.push(JSON.parse(String(data)));
      for (const wake of this.#waiting.splice(0)) wake();
    });
    this.ended = new Promise((resolve) => this.#socket.addEventListener("close", ({ code }) => resolve(code)));
  }

  say(what: object | string): void {
    this.#socket.send(typeof what === "string" ? what : JSON.stringify(what));
  }

  /** The next thing that is said to it. */
  async next(): Promise<Record<string, unknown>> {
    while (this.#heard.length === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return Object(this.#heard.shift());
  }

  /** The next policy, whose signature is checked. */
  async policy(): Promise<PolicyView & { readonly hasBase: boolean }> {
    const { type, signed, signatures, base } = await this.next();
    assert.equal(type, "policy");
    const signature = Buffer.from(String(Object(signatures).k), "base64");
    assert.equal(
      verify(
        null,
        Buffer.from(String(signed)),
        createPublicKey(publicKey.export({ format: "pem", type: "spki" })),
        signature,
      ),
      true,
    );
    return { ...JSON.parse(String(signed)), hasBase: base !== undefined };
  }

  close(): void {
    this.#socket.close();
  }
}

const ids = (view: PolicyView): readonly string[] => view.grants.map(({ id }) => id);

describe("the stream of guards", () => {
  test("a guard is told what holds for its machine, and for who is signed in; nothing of anybody else", async () => {
    await using here = await world();
    here.policy.publish({
      grants: [
        grant("desk", { machines: ["addr:127.0.0.1"] }),
        grant("mine", { users: [user, other], machines: ["addr:127.0.0.1"] }),
        grant("theirs", { users: [other], machines: ["ma_other001"] }),
      ],
    });
    const nobody = await new Client(here.url).policy();
    assert.deepEqual(ids(nobody), ["mine", "desk"].toSorted());
    assert.equal(nobody.subject.user, undefined);
    const me = await new Client(here.url, { ticket: here.ticketFor() }).policy();
    assert.deepEqual([...ids(me)].toSorted(), ["desk", "mine"]);
    assert.equal(me.subject.user, user);
    assert.equal(JSON.stringify(me).includes(other), false);
    const designated = await new Client(here.url, { machineToken: "good" }).policy();
    assert.deepEqual(designated.subject.machine, {
      key: "ma_desk0001",
      class: "designated-machine",
      department: "un_pgd",
    });
    assert.deepEqual(ids(designated), []);
  });

  test("a change is told at once, without the base that the guard has; another catalogue comes with its base", async () => {
    await using here = await world();
    const client = new Client(here.url);
    const first = await client.policy();
    assert.equal(first.hasBase, true);
    here.policy.publish({ grants: [grant("desk", { machines: ["addr:127.0.0.1"] })] });
    const second = await client.policy();
    assert.deepEqual([second.hasBase, second.head.version, ids(second)], [false, 2, ["desk"]]);
    here.policy.publish({ services: here.policy.document.services.slice(1) });
    const third = await client.policy();
    assert.deepEqual([third.hasBase, third.base === first.base], [true, false]);
    assert.equal((await new Client(here.url, { base: third.base }).policy()).hasBase, false, "it says what it has");
    assert.equal((await new Client(here.url, { base: first.base }).policy()).hasBase, true);
    client.say({ type: "obeys", version: 3 });
    client.say({ type: "ping" });
    assert.deepEqual(await client.next(), { type: "pong" });
    assert.equal(here.times.length, 1);
  });

  test("a ticket whose session or time has ended is refused, and so is a token that is none; the rest goes on", async () => {
    await using here = await world();
    here.policy.publish({ grants: [grant("mine", { users: [user], machines: ["ma_elsewhere"] })] });
    const ticket = here.ticketFor();
    const client = new Client(here.url, { ticket });
    assert.deepEqual(ids(await client.policy()), ["mine"]);
    here.sessions.delete(`${user} s1`);
    here.guards.stream.sessionsEnded(user, ["other"]);
    here.guards.stream.sessionsEnded(user, ["s1"]);
    assert.deepEqual(await client.next(), { type: "refused", what: "ticket" });
    assert.deepEqual(ids(await client.policy()), []);
    for (const wrong of [{ ticket }, { ticket: "x.y" }, { ticket: here.ticketFor(user, "gone") }]) {
      const late = new Client(here.url, wrong);
      assert.deepEqual(await late.next(), { type: "refused", what: "ticket" });
      assert.deepEqual(ids(await late.policy()), []);
    }
    const stranger = new Client(here.url, { machineToken: "bad" });
    assert.deepEqual(await stranger.next(), { type: "refused", what: "machineToken" });
    assert.equal((await stranger.policy()).subject.machine.key, "addr:127.0.0.1");
  });

  test("what is no message of a guard ends its socket", async () => {
    await using here = await world();
    for (const wrong of [
      "",
      "{",
      "[]",
      "null",
      '{"type":"hello","protocol":2}',
      '{"type":"open","service":"whatsapp"}',
      `{"type":"hello","protocol":1,"ticket":"${"x".repeat(1025)}"}`,
    ]) {
      assert.equal(await new Client(here.url, wrong).ended, 4000, wrong);
    }
    assert.equal(here.guards.stream.size, 0);
  });

  test("a guard that can hold no socket asks for the same", async () => {
    await using here = await world();
    here.policy.publish({ grants: [grant("mine", { users: [user] })] });
    const ask = async (body: object): Promise<readonly Record<string, string>[]> => {
      const response = await fetch(`${here.url}/causeway/v1/guard/policy`, {
        method: "POST",
        body: JSON.stringify(body),
      });
      return Object(await response.json()).messages;
    };
    const [policy, ...more] = await ask({ type: "hello", protocol: 1, ticket: here.ticketFor() });
    assert.deepEqual([policy?.["type"], more.length], ["policy", 0]);
    assert.deepEqual(ids(JSON.parse(policy?.["signed"] ?? "")), ["mine"]);
    const [refused, then] = await ask({ type: "hello", protocol: 1, ticket: "none" });
    assert.deepEqual([refused?.["what"], then?.["type"]], ["ticket", "policy"]);
    const bad = await fetch(`${here.url}/causeway/v1/guard/policy`, { method: "POST", body: "{}" });
    assert.equal(bad.status, 400);
    for (const [origin, status] of [
      ["https://evil.example", 403],
      ["null", 403],
      ["chrome-extension://abcdefghijklmnopabcdefghijklmnop", 403],
      [`chrome-extension://${here.guards.extension.id}`, 200],
    ] as const) {
      const asked = await fetch(`${here.url}/causeway/v1/guard/policy`, {
        method: "POST",
        headers: { origin },
        body: JSON.stringify({ type: "hello", protocol: 1 }),
      });
      assert.equal(asked.status, status, origin);
      const socket = new WebSocket(here.url.replace("http", "ws") + GUARD_SOCKET_PATH, {
        headers: { origin },
      } as never);
      const opened = await new Promise((resolve) => {
        socket.addEventListener("open", () => resolve(200));
        socket.addEventListener("error", () => resolve(403));
      });
      assert.equal(opened, status, origin);
      socket.close();
    }
  });

  test("without a built guard there is nothing to install, and nothing is pretended", async () => {
    await using here = await world();
    for (const path of ["updates.xml", "guard.crx", "guard.zip"])
      assert.equal((await fetch(`${here.url}/causeway/v1/guard/${path}`)).status, 404);
    assert.equal(here.guards.facts(), undefined);
  });

  test("of a thousand guards those that a change concerns are told first", async () => {
    await using here = await world({
      ...{ maxMessageBytes: 4096, maxOpen: 2000, maxOpenPerAddress: 2000, silenceMs: 60_000, maxWaitingBytes: 1e7 },
    });
    const tickets = { mine: here.ticketFor(), theirs: here.ticketFor(other, "s2") };
    const crowd = Array.from({ length: 999 }, () => new Client(here.url, { ticket: tickets.theirs }));
    for (const one of crowd) await one.policy();
    const mine = new Client(here.url, { ticket: tickets.mine });
    await mine.policy();
    const spans: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const grants = round % 2 === 0 ? [grant("mine", { users: [user] })] : [];
      const begun = performance.now();
      here.policy.publish({ grants });
      assert.deepEqual(
        ids(await mine.policy()),
        grants.map(({ id }) => id),
      );
      spans.push(performance.now() - begun);
      for (const one of crowd) await one.policy();
    }
    process.stdout.write(
      `guards: with 1,000 connected, the one concerned has a change after ${spans.map((ms) => ms.toFixed(0)).join(", ")} ms\n`,
    );
    mine.close();
  });
});
