import assert from "node:assert/strict";
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { ask, labGrant, LabClient, labPolicy, proxyLab, rawServer, SECRETS, statusOf } from "./embedded-lab.ts";

async function httpOrigin(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly at: string; readonly server: Server } & AsyncDisposable> {
  const server = createHttpServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    at: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function echoOrigin(): ReturnType<typeof httpOrigin> {
  return httpOrigin((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify({
          method: request.method,
          url: request.url,
          headers: request.headers,
          names: request.rawHeaders,
          body,
        }),
      );
    });
  });
}

const CLOSE = "Connection: close\r\n\r\n";

test("a request passes with its path and headers, without what belongs to this connection alone", async () => {
  await using origin = await echoOrigin();
  await using lab = await proxyLab({ "site.test": origin.at });
  const answer = await ask(
    lab.port,
    "GET http://SITE.test./a/b?c=d HTTP/1.1\r\nHost: site.test\r\nX-Kept: 1\r\nX-Named: 2\r\nProxy-Authorization: Basic " +
      `${Buffer.from(`alice:${SECRETS.alice}`).toString("base64")}\r\nKeep-Alive: 5\r\nTE: trailers\r\nUpgrade: h2c\r\n` +
      "Connection: close, x-named, upgrade\r\n\r\n",
  );
  assert.equal(statusOf(answer), 200);
  const seen = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4));
  assert.equal(seen.url, "/a/b?c=d");
  assert.equal(seen.headers.host, "site.test");
  assert.equal(seen.headers["x-kept"], "1");
  for (const gone of ["x-named", "proxy-authorization", "keep-alive", "te", "upgrade"])
    assert.equal(seen.headers[gone], undefined, gone);
  assert.match(seen.headers.via, /^1\.1 causeway-[0-9a-f]+$/);
  assert.match(answer, /\r\nVia: 1\.1 causeway-/);
  assert.deepEqual(lab.surprises, []);
});

test("bodies of every framing pass, and several requests share one connection", async () => {
  await using origin = await echoOrigin();
  await using lab = await proxyLab({ "site.test": origin.at });
  const client = new LabClient(lab.port);
  client.send("POST http://site.test/1 HTTP/1.1\r\nHost: site.test\r\nContent-Length: 5\r\n\r\nhel");
  client.send("loGET http://site.test/2 HTTP/1.1\r\nHost: site.test\r\n\r\n");
  client.send("POST http://site.test/3 HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwo");
  await client.until((text) => text.includes('"/2"'));
  client.send("rl\r\n1\r\nd\r\n0\r\nX-Trailer: x\r\n\r\n");
  await client.until((text) => text.includes('"/3"'));
  client.send("HEAD http://site.test/4 HTTP/1.1\r\nHost: site.test\r\n\r\n");
  client.send(`GET http://site.test/5 HTTP/1.1\r\nHost: site.test\r\n${CLOSE}`);
  const all = await client.closed();
  assert.match(all, /"body":"hello"/);
  assert.match(all, /"body":"world"/);
  assert.equal(all.match(/HTTP\/1\.1 200/g)?.length, 5);
  assert.ok(all.indexOf('"/1"') < all.indexOf('"/2"') && all.indexOf('"/3"') < all.indexOf('"/5"'));
});

test("answers without a length, in chunks, and for old clients, keep their bytes and their end", async () => {
  const big = "x".repeat(300_000);
  await using origin = await rawServer((socket) => {
    socket.on("data", (bytes: Buffer) => {
      const path = /^GET (\S+)/.exec(bytes.toString())?.[1];
      if (path === "/close") socket.end(`HTTP/1.0 200 OK\r\n\r\n${big}`);
      if (path === "/chunks")
        socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n3 \r\nabc\r\n0\r\n\r\n`);
      if (path === "/short") socket.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
      if (path === "/interim")
        socket.end("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
    });
  });
  await using lab = await proxyLab({ "site.test": origin.at });
  const get = (path: string, version = "1.1"): Promise<string> =>
    ask(lab.port, `GET http://site.test${path} HTTP/${version}\r\nHost: site.test\r\n${CLOSE}`);
  const closing = await get("/close");
  assert.match(closing, /Transfer-Encoding: chunked/);
  assert.equal(closing.match(/x/g)?.length, big.length);
  assert.ok(closing.endsWith("0\r\n\r\n"));
  const old = await get("/chunks", "1.0");
  assert.ok(old.endsWith("\r\n\r\nhelloabc"), old);
  assert.ok((await get("/chunks")).endsWith("5\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n"));
  const half = await get("/short");
  assert.ok(half.includes("Content-Length: 10") && half.endsWith("half"));
  const interim = await get("/interim");
  assert.match(interim, /^HTTP\/1\.1 103 Early Hints[\s\S]*HTTP\/1\.1 204 No Content/);
});

test("what is blocked gets 403 with the page, on a connection that goes on; a tunnel gets 403 too", async () => {
  await using lab = await proxyLab({});
  const client = new LabClient(lab.port);
  client.send("GET http://web.whatsapp.com/x HTTP/1.1\r\nHost: web.whatsapp.com\r\n\r\n");
  await client.until((text) => text.includes("</p>"));
  assert.match(client.text, /^HTTP\/1\.1 403 Forbidden[\s\S]*refused blocked web\.whatsapp\.com/);
  client.forget();
  client.send(`GET http://web.whatsapp.com/x HTTP/1.1\r\nHost: web.whatsapp.com\r\n${CLOSE}`);
  assert.equal(statusOf(await client.closed()), 403);
  const tunnel = await ask(lab.port, "CONNECT web.whatsapp.com:443 HTTP/1.1\r\nHost: web.whatsapp.com:443\r\n\r\n");
  assert.match(tunnel, /^HTTP\/1\.1 403 [\s\S]*refused blocked/);
  assert.deepEqual(new Set(lab.source.counted), new Set(["refused whatsapp addr:127.0.0.1"]));
});

test("no spelling of a blocked host gets past, in requests and tunnels", async () => {
  await using lab = await proxyLab({});
  const spellings = [
    ...[
      "WEB.WhatsApp.COM",
      "web.whatsapp.com.",
      "web.whatsapp.com:8080",
      "web.whatsapp.com:0080",
      "a.b.c.whatsapp.com",
    ],
    ...[
      "w\u{65}b.whatsapp.com",
      "web.whatsapp。com",
      "ｗｅｂ.whatsapp.com",
      "web.what%73app.com",
      "web.whats\u00adapp.com",
    ],
  ];
  for (const spelling of spellings) {
    const host = Buffer.from(spelling).toString("latin1");
    const plain = await ask(lab.port, `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n${CLOSE}`);
    assert.equal(statusOf(plain), 403, spelling);
    const authority = /:\d+$/.test(host) ? host : `${host}:443`;
    const tunnel = await ask(lab.port, `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
    assert.equal(statusOf(tunnel), 403, spelling);
  }
});

test("bare addresses are refused in every form on an internal desktop", async () => {
  await using lab = await proxyLab({});
  const forms = [
    "93.184.216.34",
    "1572395042",
    "0x5db8d822",
    "0135.0270.0330.042",
    "93.12114978",
    "[2606:2800:21f::1]",
    "[::ffff:93.184.216.34]",
  ];
  for (const form of forms) {
    const answer = await ask(lab.port, `CONNECT ${form}:443 HTTP/1.1\r\nHost: ${form}:443\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 403 [\s\S]*refused address/, form);
    assert.equal(statusOf(await ask(lab.port, `GET http://${form}/ HTTP/1.1\r\nHost: ${form}\r\n${CLOSE}`)), 403, form);
  }
});

test("addresses that are not public are refused, and names that lead to them, after resolution too", async () => {
  await using origin = await echoOrigin();
  const port = origin.at.split(":")[1] ?? "";
  const names = {
    "rebound.test": ["127.0.0.1"],
    "inside.test": ["10.0.0.1", "fd00::1", "::ffff:127.0.0.1"],
    "mixed.test": ["169.254.169.254", "::1"],
  };
  await using lab = await proxyLab({}, { names });
  for (const name of Object.keys(names)) {
    const answer = await ask(lab.port, `GET http://${name}:${port}/ HTTP/1.1\r\nHost: ${name}:${port}\r\n${CLOSE}`);
    assert.match(answer, /^HTTP\/1\.1 403 [\s\S]*refused private/, name);
    assert.match(await ask(lab.port, `CONNECT ${name}:${port} HTTP/1.1\r\nHost: ${name}\r\n\r\n`), /refused private/);
  }
  for (const address of ["127.0.0.1", "10.1.2.3", "[::1]", "169.254.169.254", "0.0.0.0", "[fe80::1]"]) {
    const asked = `CONNECT ${address}:${port} HTTP/1.1\r\nHost: ${address}\r\n\r\n`;
    assert.match(await ask(lab.port, asked, "127.0.0.30"), /refused private/, address);
  }
  assert.equal(statusOf(await ask(lab.port, `CONNECT nowhere.test:443 HTTP/1.1\r\nHost: nowhere.test\r\n\r\n`)), 502);
  await using open = await proxyLab({}, { names, rules: { allowedNetworks: ["127.0.0.0/8"] } });
  assert.equal(
    statusOf(
      await ask(open.port, `GET http://rebound.test:${port}/ HTTP/1.1\r\nHost: rebound.test:${port}\r\n${CLOSE}`),
    ),
    200,
  );
});

test("a name of somebody else's that leads to a blocked service's own addresses is that service", async () => {
  await using origin = await rawServer(() => undefined, "127.0.0.77");
  await using lab = await proxyLab(
    {},
    { names: { "mirror.test": ["127.0.0.77"] }, rules: { allowedNetworks: ["127.0.0.0/8"] } },
  );
  const asked = `CONNECT mirror.test:${origin.port} HTTP/1.1\r\nHost: mirror.test\r\n\r\n`;
  assert.match(await ask(lab.port, asked), /^HTTP\/1\.1 403/);
  assert.equal(origin.sockets.size, 0);
});

test("ports that are not listed are refused", async () => {
  await using lab = await proxyLab(
    { "site.test": "127.0.0.1:1" },
    {
      rules: {
        ports: [
          [443, 443],
          [8000, 8001],
        ],
      },
    },
  );
  assert.match(
    await ask(lab.port, "CONNECT site.test:22 HTTP/1.1\r\nHost: site.test\r\n\r\n"),
    /403[\s\S]*refused port/,
  );
  assert.match(
    await ask(lab.port, `GET http://site.test:25/ HTTP/1.1\r\nHost: site.test:25\r\n${CLOSE}`),
    /refused port/,
  );
  assert.equal(statusOf(await ask(lab.port, "CONNECT site.test:8001 HTTP/1.1\r\nHost: site.test\r\n\r\n")), 502);
});

const MALFORMED: readonly (readonly [why: string, request: string])[] = [
  [
    "two lengths",
    "POST http://site.test/ HTTP/1.1\r\nHost: site.test\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
  ],
  ["two different lengths", "POST http://site.test/ HTTP/1.1\r\nHost: site.test\r\nContent-Length: 1, 2\r\n\r\nxy"],
  ["a length with a sign", "POST http://site.test/ HTTP/1.1\r\nHost: site.test\r\nContent-Length: +1\r\n\r\nx"],
  [
    "length and chunks",
    "POST http://site.test/ HTTP/1.1\r\nHost: site.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
  [
    "two codings",
    "POST http://site.test/ HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
  [
    "a coding in HTTP/1.0",
    "POST http://site.test/ HTTP/1.0\r\nHost: site.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
  ["a space before the colon", "GET http://site.test/ HTTP/1.1\r\nHost: site.test\r\nX-A : 1\r\n\r\n"],
  ["a folded line", "GET http://site.test/ HTTP/1.1\r\nHost: site.test\r\nX-A: 1\r\n 2\r\n\r\n"],
  ["a bare line feed", "GET http://site.test/ HTTP/1.1\r\nHost: site.test\nX-A: 1\r\n\r\n"],
  ["a bare carriage return", "GET http://site.test/ HTTP/1.1\r\nHost: site.test\r\nX-A: 1\rX-B: 2\r\n\r\n"],
  ["a zero byte", "GET http://site.test/ HTTP/1.1\r\nHost: site.test\r\nX-A: \0\r\n\r\n"],
  ["two hosts", "GET http://site.test/ HTTP/1.1\r\nHost: site.test\r\nHost: site.test\r\n\r\n"],
  ["no host", "GET http://site.test/ HTTP/1.1\r\n\r\n"],
  ["another host", "GET http://site.test/ HTTP/1.1\r\nHost: other.test\r\n\r\n"],
  ["another port", "GET http://site.test/ HTTP/1.1\r\nHost: site.test:81\r\n\r\n"],
  ["a user in the address", "GET http://web.whatsapp.com@site.test/ HTTP/1.1\r\nHost: site.test\r\n\r\n"],
  ["a backslash in the host", "GET http://site.test\\@web.whatsapp.com/ HTTP/1.1\r\nHost: site.test\r\n\r\n"],
  ["two spaces", "GET  http://site.test/ HTTP/1.1\r\nHost: site.test\r\n\r\n"],
  ["a tab", "GET\thttp://site.test/ HTTP/1.1\r\nHost: site.test\r\n\r\n"],
  ["no version", "GET http://site.test/\r\nHost: site.test\r\n\r\n"],
  ["another version", "GET http://site.test/ HTTP/2.0\r\nHost: site.test\r\n\r\n"],
  ["another scheme", "GET ftp://site.test/ HTTP/1.1\r\nHost: site.test\r\n\r\n"],
  ["https without a tunnel", "GET https://site.test/ HTTP/1.1\r\nHost: site.test\r\n\r\n"],
  ["a path alone", "GET / HTTP/1.1\r\nHost: site.test\r\n\r\n"],
  ["a fragment", "GET http://site.test/#a HTTP/1.1\r\nHost: site.test\r\n\r\n"],
  ["a tunnel without a port", "CONNECT site.test HTTP/1.1\r\nHost: site.test\r\n\r\n"],
  ["a tunnel with a path", "CONNECT site.test:443/ HTTP/1.1\r\nHost: site.test\r\n\r\n"],
  ["a tunnel with a body", "CONNECT site.test:443 HTTP/1.1\r\nHost: site.test\r\nContent-Length: 3\r\n\r\nabc"],
  ["a tunnel to port 0", "CONNECT site.test:0 HTTP/1.1\r\nHost: site.test\r\n\r\n"],
  ["a tunnel to no port at all", "CONNECT site.test:65536 HTTP/1.1\r\nHost: site.test\r\n\r\n"],
  ["a connection that names the host", "GET http://site.test/ HTTP/1.1\r\nHost: site.test\r\nConnection: host\r\n\r\n"],
  [
    "a chunk size with a sign",
    "POST http://site.test/ HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: chunked\r\n\r\n+1\r\nx\r\n0\r\n\r\n",
  ],
  [
    "a chunk size of another base",
    "POST http://site.test/ HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n",
  ],
  [
    "a chunk that is longer than it says",
    "POST http://site.test/ HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n",
  ],
  [
    "a chunk line that ends in a line feed alone",
    "POST http://site.test/ HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n",
  ],
];

test("what two programs could read in two ways is refused, and nothing of it reaches a site", async () => {
  let answered = 0;
  await using origin = await httpOrigin((request, response) => {
    request.resume();
    request.on("end", () => {
      answered += 1;
      response.end("reached");
    });
    request.on("error", () => undefined);
  });
  await using lab = await proxyLab({ "site.test": origin.at, "other.test": origin.at });
  for (const [why, request] of MALFORMED) {
    const answer = await ask(lab.port, request);
    assert.equal(statusOf(answer), 400, why);
    assert.ok(!answer.includes("reached"), why);
  }
  assert.equal(
    statusOf(
      await ask(
        lab.port,
        "POST http://site.test/ HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
      ),
    ),
    501,
  );
  assert.equal(statusOf(await ask(lab.port, "TRACE http://site.test/ HTTP/1.1\r\nHost: site.test\r\n\r\n")), 405);
  assert.equal(
    statusOf(
      await ask(lab.port, `GET http://site.test/ HTTP/1.1\r\nHost: site.test\r\nX: ${"y".repeat(70_000)}\r\n\r\n`),
    ),
    431,
  );
  assert.equal(answered, 0);
  const hidden = await ask(lab.port, `GET http://site.test/ HTTP/1.1\r\nHost: web.whatsapp.com\r\n${CLOSE}`);
  assert.equal(statusOf(hidden), 403);
});

test("an answer that could be read in two ways is not passed on, and what comes behind an answer goes nowhere", async () => {
  const bad = [
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX: 1\r\n 2\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "rubbish\r\n\r\n",
  ];
  let turn = 0;
  await using origin = await rawServer((socket) => {
    socket.on("data", (bytes: Buffer) => {
      if (bytes.includes("/fine"))
        socket.write(
          "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfineHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged",
        );
      else socket.end(bad[turn++] ?? "");
    });
  });
  await using lab = await proxyLab({ "site.test": origin.at });
  for (const one of bad) {
    const answer = await ask(lab.port, `GET http://site.test/ HTTP/1.1\r\nHost: site.test\r\n${CLOSE}`);
    assert.equal(statusOf(answer), 502, one);
  }
  for (let round = 0; round < 2; round += 1) {
    const answer = await ask(lab.port, `GET http://site.test/fine HTTP/1.1\r\nHost: site.test\r\n${CLOSE}`);
    assert.ok(answer.endsWith("\r\n\r\nfine") && !answer.includes("forged"));
  }
});

test("a request that has been here before is stopped", async () => {
  await using loop = await proxyLab({});
  await using lab = await proxyLab({ "site.test": `127.0.0.1:${loop.port}` });
  // Its own name is learned from an answer of a site.
  await using origin = await echoOrigin();
  await using named = await proxyLab({ "site.test": origin.at });
  const via = /Via: 1\.1 (\S+)/.exec(
    await ask(named.port, `GET http://site.test/ HTTP/1.1\r\nHost: site.test\r\n${CLOSE}`),
  )?.[1];
  const again = await ask(
    named.port,
    `GET http://site.test/ HTTP/1.1\r\nHost: site.test\r\nVia: 1.0 a, 1.1 ${via}\r\n${CLOSE}`,
  );
  assert.equal(statusOf(again), 508);
  assert.equal(statusOf(await ask(lab.port, `GET http://site.test/ HTTP/1.1\r\nHost: site.test\r\n${CLOSE}`)), 400);
});

test("a secret or a token proves who it is; passwords, others' names and tokens of another machine do not", async () => {
  await using origin = await echoOrigin();
  const policy = labPolicy({ grants: [labGrant({ users: ["@alice:example.org"], machines: [] })] });
  await using lab = await proxyLab({ "web.whatsapp.com": origin.at }, { policy, limits: { wrongSecrets: 100 } });
  const as = (authorization: string, from?: string): Promise<number> =>
    ask(
      lab.port,
      `GET http://web.whatsapp.com/ HTTP/1.1\r\nHost: web.whatsapp.com\r\nProxy-Authorization: ${authorization}\r\n${CLOSE}`,
      from,
    ).then(statusOf);
  const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString("base64")}`;
  assert.equal(await as(basic(`alice:${SECRETS.alice}`)), 200);
  assert.equal(await as(basic(`@alice:example.org:${SECRETS.alice}`)), 407, "a colon ends the name");
  assert.equal(await as(basic(`bob:${SECRETS.alice}`)), 407);
  assert.equal(await as(basic("alice:correct horse battery")), 407);
  assert.equal(await as("Basic !!!"), 407);
  assert.equal(await as("Negotiate abc"), 407);
  assert.equal(await as(`Bearer ${SECRETS.machine}`), 200);
  assert.equal(await as(basic(`ma_designated:${SECRETS.machine}`)), 200);
  assert.equal(await as(basic(`machine:${SECRETS.machine}`), "127.0.0.30"), 200);
  assert.equal(await as(basic(`ma_desk:${SECRETS.machine}`)), 407);
  assert.equal(await as(`Bearer ${SECRETS.machine}`, "127.0.0.40"), 407, "carried to another registered machine");
  const needed = await ask(
    lab.port,
    `GET http://web.whatsapp.com/ HTTP/1.1\r\nHost: web.whatsapp.com\r\nProxy-Authorization: ${basic("x:y")}\r\n${CLOSE}`,
  );
  assert.match(needed, /Proxy-Authenticate: Basic realm="Causeway"/);
  await using strict = await proxyLab({}, { rules: { authentication: "required" } });
  assert.equal(statusOf(await ask(strict.port, "CONNECT site.test:443 HTTP/1.1\r\nHost: site.test\r\n\r\n")), 407);
});

test("who guesses secrets has to wait, and the right one does not help then", async () => {
  await using lab = await proxyLab({}, { limits: { wrongSecrets: 3 } });
  const guess = (secret: string, from = "127.0.0.1"): Promise<number> =>
    ask(
      lab.port,
      `GET http://web.whatsapp.com/ HTTP/1.1\r\nHost: web.whatsapp.com\r\nProxy-Authorization: Basic ${Buffer.from(`alice:${secret}`).toString("base64")}\r\n${CLOSE}`,
      from,
    ).then(statusOf);
  for (let round = 0; round < 3; round += 1) assert.equal(await guess(`wrong ${round}`), 407);
  assert.equal(await guess("wrong"), 429);
  assert.equal(await guess(SECRETS.alice), 429);
  assert.equal(await guess(SECRETS.alice, "127.0.0.9"), 403);
});

test("before there is a policy nothing passes", async () => {
  await using lab = await proxyLab({}, { policy: null });
  assert.equal(statusOf(await ask(lab.port, "CONNECT site.test:443 HTTP/1.1\r\nHost: site.test\r\n\r\n")), 503);
});

test("Causeway itself is reached wherever it is, so that the page can be shown", async () => {
  await using origin = await echoOrigin();
  const port = origin.at.split(":")[1] ?? "";
  const options = {
    own: `causeway.test:${port}`,
    names: { "causeway.test": ["127.0.0.1"] },
    rules: { ports: [[443, 443]] as const },
  };
  await using lab = await proxyLab({}, options);
  assert.equal(
    statusOf(
      await ask(lab.port, `GET http://causeway.test:${port}/ HTTP/1.1\r\nHost: causeway.test:${port}\r\n${CLOSE}`),
    ),
    200,
  );
  assert.equal(
    statusOf(await ask(lab.port, `GET http://causeway.test/ HTTP/1.1\r\nHost: causeway.test\r\n${CLOSE}`)),
    403,
  );
});

test("a machine has only so many connections", async () => {
  await using lab = await proxyLab({}, { limits: { connectionsPerMachine: 2 } });
  const held = [new LabClient(lab.port), new LabClient(lab.port)];
  await Promise.all(held.map((one) => new Promise((resolve) => one.socket.once("connect", resolve))));
  held[0]?.send("GET http://web.whatsapp.com/ HTTP/1.1\r\nHost: web.whatsapp.com\r\n\r\n");
  await held[0]?.until((text) => text.includes("</p>"));
  assert.equal(statusOf(await new LabClient(lab.port).closed()), 503);
  const other = await ask(
    lab.port,
    `GET http://web.whatsapp.com/ HTTP/1.1\r\nHost: web.whatsapp.com\r\n${CLOSE}`,
    "127.0.0.9",
  );
  assert.equal(statusOf(other), 403);
  for (const one of held) one.socket.destroy();
});

test("a connection that was kept by a site and has been closed meanwhile costs nobody an answer", async () => {
  let count = 0;
  await using origin = await rawServer((socket) => {
    socket.once("data", () => {
      count += 1;
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      // The next request on it finds it closed.
      socket.once("data", () => socket.destroy());
    });
  });
  await using lab = await proxyLab({ "site.test": origin.at });
  for (let round = 0; round < 4; round += 1)
    assert.equal(statusOf(await ask(lab.port, `GET http://site.test/ HTTP/1.1\r\nHost: site.test\r\n${CLOSE}`)), 200);
  assert.ok(count >= 2);
});

test("without upload little goes out by a request", async () => {
  await using origin = await echoOrigin();
  const policy = labPolicy({ grants: [labGrant({ upload: false })] });
  await using lab = await proxyLab({ "web.whatsapp.com": origin.at }, { policy });
  const post = (body: string, framing: string): Promise<string> =>
    ask(
      lab.port,
      `POST http://web.whatsapp.com/ HTTP/1.1\r\nHost: web.whatsapp.com\r\n${framing}\r\nConnection: close\r\n\r\n${body}`,
    );
  assert.equal(statusOf(await post("x".repeat(900), "Content-Length: 900")), 200);
  assert.match(await post("x".repeat(1001), "Content-Length: 1001"), /403[\s\S]*refused upload/);
  const chunk = `${(600).toString(16)}\r\n${"x".repeat(600)}\r\n`;
  assert.match(await post(`${chunk}${chunk}0\r\n\r\n`, "Transfer-Encoding: chunked"), /403[\s\S]*refused upload/);
});
