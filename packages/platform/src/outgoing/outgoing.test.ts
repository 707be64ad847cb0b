import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { isNetwork, isPublicAddress } from "./networks.ts";
import { createOutgoing, OutgoingRefused, type OutgoingRules } from "./outgoing.ts";

const rules: OutgoingRules = { privateNetworks: [], timeoutMs: 10_000, maxReplyBytes: 1000, maxConnections: 2 };

async function listening(
  answer: (path: string) => {
    readonly status: number;
    readonly headers?: Record<string, string>;
    readonly body: string;
  },
): Promise<AsyncDisposable & { readonly port: number; readonly seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? "");
    const { status, headers, body } = answer(request.url ?? "");
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address: AddressInfo | string | null = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : 0,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

test("addresses of the machine, of private networks, of metadata services and hidden ones are not public", () => {
  const refused = [
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "fe80::1",
    "fe80::1%eth0",
    "fd00::1",
    "ff02::1",
    "localhost",
    "",
  ];
  assert.deepEqual(refused.filter(isPublicAddress), []);
  assert.deepEqual(["8.8.8.8", "172.32.0.1", "2606:4700::1111"].filter(isPublicAddress).length, 3);
});

test("a network is an address with or without a prefix that fits", () => {
  assert.deepEqual(["10.0.0.0/8", "::1", "127.0.0.1", "fd00::/8"].filter(isNetwork).length, 4);
  assert.deepEqual(
    ["10.0.0.0/33", "10.0.0/8", "x", "", "::1/129", "1.2.3.4/8/8", "1.2.3.4/", "::1%lo/64"].filter(isNetwork),
    [],
  );
});

test("the machine itself is not called by number, by name or by a number written otherwise, unless its network is allowed", async () => {
  await using server = await listening(() => ({ status: 200, body: "secret" }));
  const strict = createOutgoing(rules);
  for (const host of ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "127.1", "0.0.0.0"]) {
    for (const scheme of ["http", "https"]) {
      const url = new URL(`${scheme}://${host}:${server.port}/`);
      await assert.rejects(strict.send(url, { method: "GET", headers: {} }), OutgoingRefused, url.href);
    }
  }
  assert.deepEqual(server.seen, []);
  const open = createOutgoing({ ...rules, privateNetworks: ["127.0.0.1/32"] });
  const reply = await open.send(new URL(`http://127.0.0.1:${server.port}/ok`), { method: "GET", headers: {} });
  assert.deepEqual([reply.status, reply.body.toString()], [200, "secret"]);
  open.close();
  strict.close();
});

test("other schemes, credentials in the address and plain http to the internet are refused before anything is sent", async () => {
  const open = createOutgoing({ ...rules, privateNetworks: ["127.0.0.0/8"] });
  for (const address of ["file:///etc/passwd", "ftp://127.0.0.1/", "http://a:b@127.0.0.1/", "http://8.8.8.8/"]) {
    await assert.rejects(open.send(new URL(address), { method: "GET", headers: {} }), OutgoingRefused, address);
  }
  open.close();
});

test("redirects are not followed, and a reply that is too long is refused", async () => {
  await using server = await listening((path) =>
    path === "/long"
      ? { status: 200, body: "x".repeat(1001) }
      : { status: 302, headers: { location: "http://127.0.0.1/elsewhere" }, body: "" },
  );
  const open = createOutgoing({ ...rules, privateNetworks: ["127.0.0.1"] });
  const moved = await open.send(new URL(`http://127.0.0.1:${server.port}/a`), {
    method: "POST",
    headers: {},
    body: "b",
  });
  assert.deepEqual([moved.status, moved.headers["location"]], [302, "http://127.0.0.1/elsewhere"]);
  await assert.rejects(
    open.send(new URL(`http://127.0.0.1:${server.port}/long`), { method: "GET", headers: {} }),
    OutgoingRefused,
  );
  open.close();
});
