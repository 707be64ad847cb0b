import { instant } from "@causeway/base";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { test } from "node:test";
import { connect as tlsConnect, createServer as createTlsServer } from "node:tls";
import {
  ask,
  labGrant,
  LabClient,
  labPolicy,
  proxyLab,
  rawServer,
  SECRETS,
  statusOf,
  type ProxyLab,
} from "./embedded-lab.ts";

/** What a client of TLS says first, for a name. */
async function helloFor(servername: string | undefined): Promise<Buffer> {
  return await new Promise((resolve) => {
    const wire = new Duplex({
      read: () => undefined,
      write: (bytes: Buffer, _encoding, done) => {
        resolve(bytes);
        done();
      },
    });
    tlsConnect({ socket: wire, ...(servername === undefined ? {} : { servername }), rejectUnauthorized: false }).on(
      "error",
      () => undefined,
    );
  });
}

/** The same hello in records of a few bytes each. */
function inPieces(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const piece = message.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, piece.length >> 8, piece.length & 255]), piece);
  }
  return Buffer.concat(records);
}

async function openTunnel(lab: ProxyLab, authority: string, from?: string): Promise<LabClient> {
  const client = new LabClient(lab.port, from);
  client.send(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  assert.equal(statusOf(await client.until((text) => text.includes("\r\n\r\n"))), 200);
  client.forget();
  return client;
}

/** Answers every byte with itself. */
function echo(socket: Socket): void {
  socket.pipe(socket);
}

test("a tunnel to one host whose hello names a blocked one is cut before a byte reaches the site", async () => {
  let reached = 0;
  await using origin = await rawServer((socket) => {
    socket.on("data", (bytes: Buffer) => (reached += bytes.length));
  });
  await using lab = await proxyLab({ "site.test": origin.at });
  const hello = await helloFor("web.whatsapp.com");
  for (const bytes of [hello, inPieces(hello, 100), await helloFor("WEB.WhatsApp.com")]) {
    const client = await openTunnel(lab, "site.test:443");
    client.send(bytes);
    await client.closed();
  }
  const drip = await openTunnel(lab, "site.test:443");
  for (let at = 0; at < hello.length; at += 50) {
    drip.send(hello.subarray(at, at + 50));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await drip.closed();
  assert.equal(reached, 0);
  // The client does not have to wait for the answer to send its hello.
  const early = new LabClient(lab.port);
  early.send(Buffer.concat([Buffer.from("CONNECT site.test:443 HTTP/1.1\r\nHost: site.test:443\r\n\r\n"), hello]));
  await early.closed();
  assert.equal(reached, 0);
});

test("a tunnel whose hello names the host, an allowed one or none passes as it is", async () => {
  await using origin = await rawServer(echo);
  await using lab = await proxyLab({ "site.test": origin.at });
  for (const name of ["site.test", "other.test", undefined]) {
    const hello = await helloFor(name);
    const client = await openTunnel(lab, "site.test:443");
    client.send(hello);
    const back = await client.until((text) => text.length >= hello.length);
    assert.equal(back, hello.toString("latin1"));
    client.socket.destroy();
  }
});

test("a place that was reached a moment ago is connected to once the hello has been decided on, and not before", async () => {
  await using origin = await rawServer(echo);
  await using lab = await proxyLab({ "site.test": origin.at });
  const hello = await helloFor("site.test");
  const first = await openTunnel(lab, "site.test:443");
  first.send(hello);
  await first.until((text) => text.length >= hello.length);
  assert.equal(origin.sockets.size, 1, "whether it can be reached is found out first");
  for (const bytes of [await helloFor("web.whatsapp.com"), "SSH-2.0-OpenSSH\r\n"]) {
    const refused = await openTunnel(lab, "site.test:443");
    refused.send(bytes);
    await refused.closed();
  }
  assert.equal(origin.sockets.size, 1, "what is refused never gets there");
  const [gone, whole] = [await openTunnel(lab, "site.test:443"), await openTunnel(lab, "site.test:443")];
  gone.socket.destroy();
  whole.send(hello.subarray(0, 100));
  whole.send(hello.subarray(100));
  whole.send("and more");
  const back = await whole.until((text) => text.length >= hello.length + 8);
  assert.equal(back, `${hello.toString("latin1")}and more`);
  assert.equal(origin.sockets.size, 2);
  for (const { socket } of [first, whole]) socket.destroy();
});

test("nothing is lost of what a client says at once, before it is answered, while the place is connected to", async () => {
  await using origin = await rawServer(echo);
  await using lab = await proxyLab({ "site.test": origin.at });
  (await openTunnel(lab, "site.test:443")).socket.destroy();
  const said = Buffer.concat([await helloFor("site.test"), Buffer.alloc(500_000, "more ")]);
  const client = new LabClient(lab.port);
  client.send(Buffer.concat([Buffer.from("CONNECT site.test:443 HTTP/1.1\r\nHost: site.test:443\r\n\r\n"), said]));
  const back = await client.until((text) => text.length >= text.indexOf("\r\n\r\n") + 4 + said.length);
  assert.ok(back.endsWith(said.toString("latin1")));
  client.socket.destroy();
});

test("when such a place cannot be reached any more the tunnel is closed, and the next one is told so", async () => {
  const origin = await rawServer(echo);
  await using lab = await proxyLab({ "site.test": origin.at });
  const [first, second] = [await openTunnel(lab, "site.test:443"), await openTunnel(lab, "site.test:443")];
  first.socket.destroy();
  await origin[Symbol.asyncDispose]();
  second.send(await helloFor("site.test"));
  assert.equal(await second.closed(), "");
  const third = await ask(lab.port, "CONNECT site.test:443 HTTP/1.1\r\nHost: site.test\r\n\r\n");
  assert.equal(statusOf(third), 502);
  assert.equal(lab.proxy.figures().tunnels, 0);
});

test("a tunnel whose site is not connected to yet is cut when its grant is revoked", async () => {
  await using origin = await rawServer(echo);
  const grants = [labGrant({ machines: ["addr:127.0.0.1"] })];
  await using lab = await proxyLab({ "web.whatsapp.com": origin.at }, { policy: labPolicy({ grants }) });
  const hello = await helloFor("web.whatsapp.com");
  const first = await openTunnel(lab, "web.whatsapp.com:443");
  first.send(hello);
  await first.until((text) => text.length >= hello.length);
  const second = await openTunnel(lab, "web.whatsapp.com:443");
  lab.source.change({ grants: [] });
  await Promise.all([first.closed(), second.closed()]);
  assert.deepEqual([lab.proxy.figures().cut, lab.proxy.figures().tunnels, origin.sockets.size], [2, 0, 1]);
});

test("what is no TLS is cut, malformed hellos too; a WebSocket's plain request passes, another plain one does not", async () => {
  await using origin = await rawServer(echo);
  await using lab = await proxyLab({ "site.test": origin.at });
  const hello = await helloFor("site.test");
  const twice = Buffer.from(hello);
  const cut = [
    "SSH-2.0-OpenSSH\r\n",
    Buffer.from([0, 1, 2, 3]),
    Buffer.from([22, 3, 1, 0, 0]),
    Buffer.concat([twice.subarray(0, 5), Buffer.from([2]), twice.subarray(6)]),
    "GET / HTTP/1.1\r\nHost: site.test\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: web.whatsapp.com\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  ];
  for (const bytes of cut) {
    const client = await openTunnel(lab, "site.test:80");
    client.send(bytes);
    assert.equal(await client.closed(), "");
  }
  const socket = await openTunnel(lab, "site.test:80");
  const asked = "GET /chat HTTP/1.1\r\nHost: site.test\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n";
  socket.send(asked);
  assert.equal(await socket.until((text) => text.length >= asked.length), asked);
  socket.socket.destroy();
  await using any = await proxyLab({ "site.test": origin.at }, { rules: { tunnels: "any" } });
  const free = await openTunnel(any, "site.test:2222");
  free.send("anything");
  await free.until((text) => text === "anything");
  free.socket.destroy();
});

test("real TLS works through a tunnel, the certificate is the site's own", async () => {
  const place = mkdtempSync(join(tmpdir(), "causeway-tunnel-"));
  const [cert, key] = [join(place, "cert.pem"), join(place, "key.pem")];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ed25519",
      "-nodes",
      "-days",
      "2",
      "-keyout",
      key,
      "-out",
      cert,
      "-subj",
      "/CN=site.test",
    ],
    { stdio: "ignore" },
  );
  const server = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, (socket) =>
    socket.end("secret"),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  await using lab = await proxyLab({ "site.test": `127.0.0.1:${port}` });
  const client = new LabClient(lab.port);
  client.send("CONNECT site.test:443 HTTP/1.1\r\nHost: site.test:443\r\n\r\n");
  await client.until((text) => text.includes("\r\n\r\n"));
  client.socket.removeAllListeners("data");
  const secure = tlsConnect({ socket: client.socket, servername: "site.test", ca: readFileSync(cert) });
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    secure
      .on("data", (bytes: Buffer) => chunks.push(bytes))
      .on("end", resolve)
      .on("error", reject);
  });
  assert.equal(Buffer.concat(chunks).toString(), "secret");
  await new Promise<void>((resolve) => server.close(() => resolve()));
  rmSync(place, { recursive: true });
});

test("an open tunnel is cut at once when its grant is revoked, and another's stays open", async () => {
  await using origin = await rawServer(echo);
  const grants = [labGrant({ machines: ["addr:127.0.0.1"] }), labGrant({ id: "gr_2", machines: ["addr:127.0.0.2"] })];
  await using lab = await proxyLab({ "web.whatsapp.com": origin.at }, { policy: labPolicy({ grants }) });
  const hello = await helloFor("web.whatsapp.com");
  const [mine, theirs] = [
    await openTunnel(lab, "web.whatsapp.com:443", "127.0.0.1"),
    await openTunnel(lab, "web.whatsapp.com:443", "127.0.0.2"),
  ];
  for (const one of [mine, theirs]) {
    one.send(hello);
    await one.until((text) => text.length >= hello.length);
  }
  lab.source.change({ grants: grants.slice(1) });
  await mine.closed();
  theirs.forget();
  theirs.send("still");
  assert.equal(await theirs.until((text) => text === "still"), "still");
  assert.equal(theirs.isClosed, false);
  theirs.socket.destroy();
  assert.equal(lab.proxy.figures().cut, 1);
});

test("an open tunnel is cut when its grant ends, by its own timer; with an extension it stays", async () => {
  await using origin = await rawServer(echo);
  const ends = instant(Date.now() + 600);
  const grant = labGrant({ ends });
  await using lab = await proxyLab({ "web.whatsapp.com": origin.at }, { policy: labPolicy({ grants: [grant] }) });
  const hello = await helloFor("web.whatsapp.com");
  const first = await openTunnel(lab, "web.whatsapp.com:443");
  first.send(hello);
  await first.closed();
  assert.ok(Date.now() >= ends && Date.now() < ends + 1000, `closed ${Date.now() - ends} ms after the end`);
  const soon = instant(Date.now() + 300);
  lab.source.change({ grants: [labGrant({ ends: soon })] });
  const second = await openTunnel(lab, "web.whatsapp.com:443");
  second.send(hello);
  lab.source.change({ grants: [labGrant({ ends: instant(Date.now() + 60_000) })] });
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.equal(second.isClosed, false);
  // A clock that is set forward ends it within the next look, without a timer that knew of it.
  lab.source.ahead = 61_000;
  lab.proxy.tick();
  await second.closed();
});

test("a long download, and a WebSocket, end with the grant as well", async () => {
  let sent = 0;
  await using origin = await rawServer((socket) => {
    socket.once("data", (bytes: Buffer) => {
      const key = /Sec-WebSocket-Key: (\S+)/.exec(bytes.toString())?.[1];
      if (key !== undefined) {
        const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\nearly`,
        );
        socket.on("data", (more: Buffer) => socket.write(more));
        return;
      }
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
      const timer = setInterval(() => {
        sent += 1;
        socket.write("more");
      }, 5);
      socket.once("close", () => clearInterval(timer));
    });
  });
  await using lab = await proxyLab({ "web.whatsapp.com": origin.at }, { policy: labPolicy({ grants: [labGrant()] }) });
  const download = new LabClient(lab.port);
  download.send("GET http://web.whatsapp.com/big HTTP/1.1\r\nHost: web.whatsapp.com\r\n\r\n");
  await download.until((text) => text.includes("more"));
  const socket = new LabClient(lab.port);
  socket.send(
    "GET http://web.whatsapp.com/ws HTTP/1.1\r\nHost: web.whatsapp.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\n\r\n",
  );
  await socket.until((text) => text.endsWith("early"));
  assert.match(socket.text, /^HTTP\/1\.1 101 [\s\S]*Connection: Upgrade\r\nUpgrade: websocket\r\n/);
  socket.send("ping");
  await socket.until((text) => text.endsWith("ping"));
  lab.source.change({ grants: [] });
  await Promise.all([download.closed(), socket.closed()]);
  assert.ok(sent > 0);
  const after = await ask(
    lab.port,
    "GET http://web.whatsapp.com/ HTTP/1.1\r\nHost: web.whatsapp.com\r\nConnection: close\r\n\r\n",
  );
  assert.equal(statusOf(after), 403);
});

test("what rests on a secret ends with the secret", async () => {
  await using origin = await rawServer(echo);
  let isKnown = true;
  const policy = labPolicy({ grants: [labGrant({ users: ["@alice:example.org"], machines: [] })] });
  await using lab = await proxyLab(
    { "web.whatsapp.com": origin.at },
    { policy, userOfSecret: (secret) => (isKnown && secret === SECRETS.alice ? "@alice:example.org" : undefined) },
  );
  const client = new LabClient(lab.port);
  const proof = Buffer.from(`alice:${SECRETS.alice}`).toString("base64");
  client.send(
    `CONNECT web.whatsapp.com:443 HTTP/1.1\r\nHost: web.whatsapp.com\r\nProxy-Authorization: Basic ${proof}\r\n\r\n`,
  );
  await client.until((text) => text.includes("\r\n\r\n"));
  client.send(await helloFor("web.whatsapp.com"));
  isKnown = false;
  for (let round = 0; round < 5; round += 1) lab.proxy.tick();
  await client.closed();
});

test("without upload a tunnel is cut when more goes out than signing in and reading need", async () => {
  await using origin = await rawServer(echo);
  const policy = labPolicy({ grants: [labGrant({ upload: false })] });
  await using lab = await proxyLab(
    { "web.whatsapp.com": origin.at },
    { policy, limits: { bytesUpWithoutUpload: 2000 } },
  );
  const client = await openTunnel(lab, "web.whatsapp.com:443");
  const hello = await helloFor("web.whatsapp.com");
  client.send(hello);
  await client.until((text) => text.length >= hello.length);
  client.send("x".repeat(3000));
  await client.closed();
});

test("a stop cuts tunnels at once and lets a request under way end", async () => {
  let answer: (() => void) | undefined;
  await using origin = await rawServer((socket) => {
    socket.once("data", () => (answer = () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")));
  });
  const lab = await proxyLab({ "site.test": origin.at }, { limits: { closeMs: 20_000 } });
  const tunnel = await openTunnel(lab, "site.test:443");
  const asked = new LabClient(lab.port).send("GET http://site.test/ HTTP/1.1\r\nHost: site.test\r\n\r\n");
  while (answer === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  const closed = lab.proxy.close();
  await tunnel.closed();
  answer();
  assert.ok((await asked.closed()).endsWith("done"));
  await closed;
});
