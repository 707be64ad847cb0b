import { allow, failure, ok, systemClock } from "@causeway/base";
import { endpoint } from "@causeway/contract";
import assert from "node:assert/strict";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { WebSocket } from "ws";
import { createHttp, serve, type OpenSocket, type SocketRoute } from "../src/index.ts";

const PATH = "/causeway/v1/echo";

const plain = endpoint({
  method: "GET",
  path: PATH,
  access: { open: "a test" },
  summary: "The same path without a socket.",
  errors: [],
  rate: "none",
});

/** A server with one route that answers each text with itself. */
async function echo(limits: Partial<SocketRoute["limits"]> = {}) {
  const open = new Set<OpenSocket>();
  const route: SocketRoute = {
    path: PATH,
    limits: {
      ...{ maxMessageBytes: 100, maxOpen: 10, maxOpenPerAddress: 3, silenceMs: 60_000, maxWaitingBytes: 1000 },
      ...limits,
    },
    mayOpen: ({ origin }) => origin === undefined || origin === "https://ours.example",
    opened: (socket, request) => {
      open.add(socket);
      socket.send(`hello ${request.ip}`);
      return { message: (text) => socket.send(text), closed: () => void open.delete(socket) };
    },
  };
  const http = createHttp({
    config: {
      ...{ maxBodyBytes: 1000, maxJsonDepth: 10, trustedProxies: ["127.0.0.1"], legacyClients: false },
      ...{
        rateBudgets: undefined,
        headersTimeoutMs: 1000,
        requestTimeoutMs: 1000,
        maxQueryBytes: 1000,
        closeTimeoutMs: 1000,
      },
    },
    clock: systemClock,
    authenticate: () => failure("M_UNKNOWN_TOKEN"),
    authorise: () => allow,
    observer: { finished: () => undefined, failed: ({ error }) => assert.fail(String(error)) },
    routes: [serve(plain, () => ok({ plain: true }))],
    sockets: [route],
  });
  const url = await http.listen({ host: "127.0.0.1", port: 0 });
  return { url, open, route, [Symbol.asyncDispose]: () => http.close() };
}

/** What a client sees: the first texts, then how it ends. */
class Client {
  readonly socket: WebSocket;
  readonly texts: string[] = [];
  readonly ended: Promise<string>;
  #waiting: (() => void)[] = [];

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.socket = new WebSocket(url.replace("http", "ws") + PATH, { headers });
    this.socket.on("message", (data: Buffer) => {
      this.texts.push(data.toString());
      for (const wake of this.#waiting.splice(0)) wake();
    });
    this.ended = new Promise((resolve) => {
      this.socket.on("unexpected-response", (_request, response) => resolve(`refused ${response.statusCode}`));
      this.socket.on("close", (code) => resolve(`closed ${code}`));
      this.socket.on("error", () => undefined);
    });
  }

  async text(place: number): Promise<string> {
    while (this.texts.length <= place) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.texts[place] ?? "";
  }
}

describe("sockets", () => {
  test("texts go both ways; the client's address is known behind a proxy; a plain request to the path is still one", async () => {
    await using server = await echo();
    const client = new Client(server.url, { "x-forwarded-for": "192.0.2.9" });
    assert.equal(await client.text(0), "hello 192.0.2.9");
    client.socket.send("公文 ✓");
    assert.equal(await client.text(1), "公文 ✓");
    assert.deepEqual(await (await fetch(server.url + PATH)).json(), { plain: true });
    const offered = await fetchRaw(server.url, [
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: AA",
    ]);
    assert.match(offered, /^HTTP\/1\.1 200 [^]*"plain":true/);
    client.socket.close();
    await client.ended;
    await settled(() => server.open.size === 0);
  });

  test("a page of another origin may not open one", async () => {
    await using server = await echo();
    assert.equal(await new Client(server.url, { origin: "https://evil.example" }).ended, "refused 403");
    const ours = new Client(server.url, { origin: "https://ours.example" });
    assert.match(await ours.text(0), /^hello/);
    assert.equal(server.open.size, 1);
  });

  test("no more are opened than may be, by address and in all", async () => {
    await using server = await echo({ maxOpen: 4 });
    const from = (ip: string): Client => new Client(server.url, { "x-forwarded-for": ip });
    for (let n = 0; n < 3; n += 1) await from("192.0.2.1").text(0);
    assert.equal(await from("192.0.2.1").ended, "refused 429");
    await from("192.0.2.2").text(0);
    assert.equal(await from("192.0.2.3").ended, "refused 429");
  });

  test("long texts, bytes and nonsense end the socket and nothing else", async () => {
    await using server = await echo();
    const [long, bytes, nonsense, good] = [1, 2, 3, 4].map(
      (n) => new Client(server.url, { "x-forwarded-for": `192.0.2.${n}` }),
    );
    for (const one of [long, bytes, nonsense, good]) await one?.text(0);
    long?.socket.send("x".repeat(101));
    assert.equal(await long?.ended, "closed 1009");
    bytes?.socket.send(Buffer.from([1, 2, 3]));
    assert.equal(await bytes?.ended, "closed 1003");
    Reflect.get(Object(nonsense?.socket), "_socket").write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    assert.match((await nonsense?.ended) ?? "", /^closed 10(02|06)$/);
    good?.socket.send("still here");
    assert.equal(await good?.text(1), "still here");
  });

  test("stopping the server ends them", async () => {
    const server = await echo();
    const client = new Client(server.url);
    await client.text(0);
    await server[Symbol.asyncDispose]();
    assert.match(await client.ended, /^closed/);
  });
});

/** A request with headers that `fetch` does not send. */
async function fetchRaw(url: string, headers: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write([`GET ${PATH} HTTP/1.1`, "Host: x", ...headers, "", ""].join("\r\n"));
  let text = "";
  for await (const chunk of socket) {
    text += String(chunk);
    if (text.includes("}")) break;
  }
  return text;
}

async function settled(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
