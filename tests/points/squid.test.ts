import { instant, systemClock } from "@causeway/base";
import { socketCutter, SquidHelper, type Cutter } from "@causeway/enforce";
import { createLog } from "@causeway/platform";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { skipLoudly } from "../skip-loudly.ts";
import { testGrant, testSource, type TestSource } from "./policy.ts";
import { programAt, programFolder, until } from "./programs.ts";
import { getThrough, helloThrough, tunnelThrough } from "./proxy-client.ts";
import { startSquid, type TestSquid } from "./squid-program.ts";

const log = createLog({ level: "warn", clock: systemClock, write: (line) => void process.stderr.write(line) });
const [DESK_ONE, DESK_TWO, PHONE, STRANGER] = ["127.0.0.11", "127.0.0.12", "127.0.0.13", "127.0.0.99"];

/** Squid answers a tunnel that may not be with nothing at all: an answer would be given over TLS, by a certificate of its own. */
const CLOSED = 0;

interface World {
  readonly squid: TestSquid;
  readonly source: TestSource;
  readonly helper: SquidHelper;
  readonly cutter: Cutter;
  readonly plain: number;
  readonly secure: number;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function withSquid(context: TestContext, work: (world: World) => Promise<void>): Promise<void> {
  const program = programAt("squid");
  if (program === undefined || programAt("security_file_certgen") === undefined)
    return skipLoudly(context, "Squid with TLS; install Debian's `squid-openssl`");
  using folder = programFolder("squid");
  using keys = programFolder("site");
  const [key, cert] = [join(keys.path, "key.pem"), join(keys.path, "cert.pem")];
  spawnSync("openssl", [
    ...["req", "-new", "-newkey", "rsa:2048", "-days", "2", "-nodes", "-x509", "-subj", "/CN=the-site-itself"],
    ...["-keyout", key, "-out", cert],
  ]);
  const site = createServer((request, response) => response.end(`site ${request.headers.host}`));
  const secureSite = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
    response.end("secure site");
  });
  const [plain, secure] = [await listen(site), await listen(secureSite)];
  const source = testSource();
  const cutter = socketCutter(["ss"], log);
  using helper = new SquidHelper({ source, log, cutter });
  try {
    await using squid = await startSquid({
      ...{ program, folder, tunnelPorts: [secure] },
      serve: (input, output) => helper.serve(input, output),
    });
    await work({ squid, source, helper, cutter, plain, secure });
  } finally {
    for (const server of [site, secureSite]) {
      server.closeAllConnections();
      server.close();
    }
  }
}

test("Squid: a blocked page is answered with ours, in three languages, and others are fetched", async (context) => {
  await withSquid(context, async ({ squid, plain }) => {
    const from = (address: string): { readonly port: number; readonly from: string } => ({ ...squid, from: address });
    for (const host of ["web.whatsapp.com", "WEB.WhatsApp.COM", "web.whatsapp.com."]) {
      const { status, body } = await getThrough(from(DESK_ONE), `http://${host}:${plain}/a?b=<script>`);
      assert.equal(status, 403, host);
      for (const language of ["en", "zh-Hant", "zh-Hans"]) assert.ok(body.includes(`lang="${language}"`));
      assert.match(
        body,
        /href="https:\/\/causeway\.example\.org\/blocked\?url=http%3A%2F%2Fweb\.whatsapp\.com\.?%2F"/i,
      );
      assert.ok(body.includes("(Personal messaging)"));
      assert.ok(!body.includes("<script>"));
    }
    for (const host of ["www.example.org", "status.whatsapp.com", "notwhatsapp.com"]) {
      const { status, body } = await getThrough(from(DESK_ONE), `http://${host}:${plain}/`);
      assert.deepEqual([status, body], [200, `site ${host}:${plain}`]);
    }
    assert.equal((await getThrough(from(PHONE), `http://web.whatsapp.com:${plain}/`)).status, 200);
    assert.equal((await getThrough(from(DESK_ONE), `http://127.0.0.1:${plain}/`)).status, 403, "a bare address");
    assert.equal((await getThrough(from(DESK_ONE), `http://2130706433:${plain}/`)).status, 403, "one in disguise");
    assert.equal((await getThrough(from(PHONE), `http://127.0.0.2:${plain}/`)).status, 403, "within the office");
  });
});

test("Squid: tunnels are judged by what was asked for and by the name in the hello, and nothing is decrypted", async (context) => {
  await withSquid(context, async ({ squid, secure, source }) => {
    const through = { ...squid, from: DESK_ONE };
    assert.equal(await tunnelThrough(through, `web.whatsapp.com:${secure}`), CLOSED);
    assert.equal(await tunnelThrough(through, "www.example.org:22"), CLOSED, "another port");
    assert.equal(await tunnelThrough({ ...squid, from: PHONE }, `127.0.0.2:${secure}`), CLOSED, "within the office");
    assert.equal(await tunnelThrough(through, `[::ffff:7f00:1]:${secure}`), CLOSED, "a bare address");
    const open = await tunnelThrough(through, `www.example.org:${secure}`);
    assert.ok(typeof open !== "number");
    const seen = await helloThrough(open, "www.example.org");
    assert.ok(seen !== "cut");
    assert.equal(seen.issuer, "the-site-itself");
    seen.tls.destroy();
    const fronted = await tunnelThrough(through, `www.example.org:${secure}`);
    assert.ok(typeof fronted !== "number");
    assert.equal(await helloThrough(fronted, "web.whatsapp.com"), "cut");
    source.set({ grants: [testGrant()] });
    const granted = await tunnelThrough(through, `web.whatsapp.com:${secure}`);
    assert.ok(typeof granted !== "number");
    const answered = await helloThrough(granted, "web.whatsapp.com");
    assert.ok(answered !== "cut");
    answered.tls.destroy();
    for (const from of [DESK_TWO, STRANGER])
      assert.equal(await tunnelThrough({ ...squid, from }, `web.whatsapp.com:${secure}`), CLOSED);
  });
});

test("Squid: a tunnel that is open is cut when its grant is revoked, and at the moment at which it ends", async (context) => {
  await withSquid(context, async ({ squid, secure, source, helper, cutter }) => {
    if (!(await cutter.canCut())) return skipLoudly(context, "cutting tunnels; `ss -K` needs CAP_NET_ADMIN");
    const open = async (host: string): Promise<Socket> => {
      const socket = await tunnelThrough({ ...squid, from: DESK_ONE }, `${host}:${secure}`);
      assert.ok(typeof socket !== "number");
      assert.notEqual(await helloThrough(socket, host), "cut");
      return socket;
    };
    source.set({ grants: [testGrant()] });
    const [granted, other] = [await open("web.whatsapp.com"), await open("www.example.org")];
    source.set({ grants: [] });
    await until("the tunnel is cut", () => granted.destroyed);
    await helper.settled();
    assert.equal(other.destroyed, false, "that one alone");
    source.set({ grants: [testGrant({ ends: instant(Date.now() + 700) })] });
    const short = await open("web.whatsapp.com");
    await until("the tunnel is cut", () => short.destroyed);
    assert.equal(other.destroyed, false);
    assert.equal(await tunnelThrough({ ...squid, from: DESK_ONE }, `web.whatsapp.com:${secure}`), CLOSED);
    other.destroy();
    assert.ok(source.reports.every(({ fault }) => fault !== "tunnels-not-cut"));
  });
});

test("a point that may not cut tunnels says so and what to do", async () => {
  const lines: string[] = [];
  const loud = createLog({ level: "warn", clock: systemClock, write: (line) => void lines.push(line) });
  const cutter = socketCutter(["sh", "-c", "echo 'SOCK_DESTROY answers: Operation not permitted' >&2"], loud);
  assert.equal(await cutter.canCut(), false);
  assert.match(lines.join(""), /CAP_NET_ADMIN/);
});
