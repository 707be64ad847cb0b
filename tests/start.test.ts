import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { fine, send } from "./operators/fill.ts";
import { call, runProgram, signIn, type Ended } from "./operators/world.ts";
import { startServer, type TestServer } from "./server.ts";
import { skipLoudly } from "./skip-loudly.ts";

const MAIN = fileURLToPath(new URL("../apps/server/src/main.ts", import.meta.url));

/** A directory that goes with the test. */
function scratch(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "causeway-start-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs a start that is expected to fail. */
function failing(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return runProgram([process.execPath, MAIN, "--no-demo", ...args], { env });
}

async function register(server: Pick<TestServer, "url">, username: string): Promise<string> {
  const body = { username, password: "correct horse battery", auth: { type: "m.login.dummy" } };
  return String(fine(await call(server, { path: "/register", body }))["access_token"]);
}

test("every address is answered in the API's own shape: unreadable ones, methods that are not there, and HEAD", async () => {
  await using server = await startServer();
  for (const path of ["/_matrix/client/v3/rooms/%zz/state", "/%", "/_matrix/client/v3/rooms/%C3%28/state"]) {
    const answer = await fetch(`${server.url}${path}`);
    const body = { ...JSON.parse(await answer.text()) };
    assert.deepEqual([answer.status, body["errcode"]], [400, "M_INVALID_PARAM"], path);
    assert.equal(typeof body["error"], "string");
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
  }
  for (const path of ["/healthz", "/readyz"]) {
    const answer = await fetch(`${server.url}${path}`, { method: "HEAD" });
    assert.deepEqual([answer.status, await answer.text()], [200, ""], path);
  }
  const sync = await fetch(`${server.url}/_matrix/client/v3/sync`, { method: "HEAD" });
  assert.deepEqual([sync.status, sync.headers.get("allow")], [405, "GET"]);
  const authorization = `Bearer ${await register(server, "amy")}`;
  const sent = await fetch(`${server.url}/_matrix/media/v3/upload`, {
    method: "POST",
    headers: { authorization, "content-type": "text/plain" },
    body: "five!",
  });
  const uri = String(fine({ status: sent.status, body: { ...JSON.parse(await sent.text()) } })["content_uri"]);
  const url = `${server.url}/_matrix/client/v1/media/download/${uri.slice("mxc://".length)}`;
  const head = await fetch(url, { method: "HEAD", headers: { authorization } });
  assert.deepEqual([head.status, head.headers.get("content-length"), await head.text()], [200, "5", ""]);
  const part = await fetch(url, { method: "HEAD", headers: { authorization, range: "bytes=1-2" } });
  assert.deepEqual([part.status, part.headers.get("content-range")], [206, "bytes 1-2/5"]);
  assert.equal((await fetch(url, { method: "HEAD" })).status, 401);
  assert.equal(await (await fetch(url, { headers: { authorization } })).text(), "five!");
});

test("a start tells every fault in one run: command line, file, variables, TLS files; and leaves nothing behind", async () => {
  using place = scratch();
  const data = join(place.path, "data");
  const file = join(place.path, "causeway.yaml");
  writeFileSync(file, "prot: 1\nhttp:\n  maxBodyBytes: many\ntrustedProxies: [not-an-address]\n");
  const refused = await failing(["--data", data, "--config", file, "--prot", "1", "extra", "--host"], {
    CAUSEWAY_PORT: "70000",
    CAUSEWAY_LEGACY_CLIENT: "true",
    CAUSEWAY_TLS_CERT: "/nowhere/cert.pem",
    CAUSEWAY_TLS_KEY: "/nowhere/key.pem",
  });
  assert.equal(refused.code, 1);
  assert.match(refused.err, /the configuration has 9 faults:/);
  for (const part of [
    "--prot is not a flag; did you mean --port?",
    "`extra` is not expected here",
    "--host needs a value",
    "`prot` in the file is not a key; did you mean `port`?",
    "`http.maxBodyBytes` in the file",
    "`trustedProxies` in the file: not an address or a network",
    "CAUSEWAY_PORT: Too big: expected number to be <=65535",
    "CAUSEWAY_LEGACY_CLIENT is not a variable of Causeway; did you mean CAUSEWAY_LEGACY_CLIENTS?",
    "`tlsCert` and `tlsKey`: ENOENT",
  ])
    assert.ok(refused.err.includes(part), `${part}\n${refused.err}`);
  assert.doesNotMatch(refused.err, /\n\s+at /);
  assert.throws(() => statfsSync(data));
  const missing = await failing(["--data", data, "--config", join(place.path, "none.yaml")]);
  assert.match(missing.err, /the file .*none\.yaml: ENOENT/);
  assert.doesNotMatch(missing.err, /\n\s+at /);
});

test("a flag wins over the environment, and the environment over the file in the data directory", async () => {
  using place = scratch();
  const data = join(place.path, "data");
  mkdirSync(data);
  writeFileSync(join(data, "causeway.yaml"), "port: 1\nserverName: file.example\nregistration: closed\n");
  await using server = await startServer({ data, env: { CAUSEWAY_PORT: "2", CAUSEWAY_SERVER_NAME: "env.example" } });
  const body = { username: "amy", password: "correct horse battery", auth: { type: "m.login.dummy" } };
  assert.equal(fine(await call(server, { path: "/register", body }))["user_id"], "@amy:env.example");
  assert.ok(Number(new URL(server.url).port) > 1024);
});

test("every listener says where it listens, on one line; figures are not where clients are", async () => {
  await using server = await startServer({ env: { CAUSEWAY_METRICS_PORT: "0" } });
  let output = server.output();
  for (let attempt = 0; !output.includes("metrics listening") && attempt < 100; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    output = server.output();
  }
  const listening = output.split("\n").filter((line) => line.includes(" listening on "));
  assert.deepEqual(
    listening.map((line) => line.replace(/:\d+/, ":N")),
    ["causeway: server listening on http://127.0.0.1:N", "causeway: metrics listening on http://127.0.0.1:N/metrics"],
  );
  const figures = await fetch(/metrics listening on (\S+)/.exec(output)?.[1] ?? "");
  assert.match(await figures.text(), /causeway_db_commits/);
  assert.notEqual(
    (await fetch(`${server.url}/metrics`)).headers.get("content-type"),
    figures.headers.get("content-type"),
  );
  assert.match(output, /WARNING: rate limits are OFF/);
  await using careful = await startServer({ env: { CAUSEWAY_RATE_LIMITS: "on" } });
  assert.doesNotMatch(careful.output(), /WARNING/);
});

test("a port that is taken, and a directory of somebody else's, are told in a sentence", async () => {
  await using server = await startServer();
  using place = scratch();
  const { port } = new URL(server.url);
  const taken = await failing(["--data", join(place.path, "data"), "--port", port]);
  assert.deepEqual(
    [taken.code, taken.err],
    [1, `causeway: another program listens on 127.0.0.1:${port} already; choose another port\n`],
  );
  const foreign = join(place.path, "foreign");
  mkdirSync(foreign);
  writeFileSync(join(foreign, "thesis.txt"), "mine");
  const refused = await failing(["--data", foreign, "--port", "0"]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /holds files that Causeway did not make/);
  assert.equal(readFileSync(join(foreign, "thesis.txt"), "utf8"), "mine");
  const nowhere = await failing(["--data", join(place.path, "x"), "--port", "0"], {
    CAUSEWAY_DATABASE_URL: "postgres://causeway:hunter2@127.0.0.1:1/none",
  });
  assert.equal(nowhere.code, 1);
  assert.match(nowhere.err, /the database cannot be used/);
  assert.doesNotMatch(nowhere.err, /hunter2|\n\s+at /);
});

/** A certificate for 127.0.0.1; undefined where there is no openssl. */
function certificate(directory: string): { readonly cert: string; readonly key: string } | undefined {
  const [cert, key] = [join(directory, "cert.pem"), join(directory, "key.pem")];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const made = spawnSync("openssl", [
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
    ...subject,
  ]);
  return made.status === 0 ? { cert, key } : undefined;
}

test("with a certificate and its key it speaks TLS, and with another's key it does not start", async (t) => {
  using place = scratch();
  const files = certificate(place.path);
  if (files === undefined) {
    skipLoudly(t, "TLS: there is no openssl to make a certificate with (Debian: apt-get install openssl)");
    return;
  }
  await using server = await startServer({ env: { CAUSEWAY_TLS_CERT: files.cert, CAUSEWAY_TLS_KEY: files.key } });
  assert.match(server.url, /^https:/);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const asked = secureRequest(`${server.url}/_matrix/client/versions`, { ca: readFileSync(files.cert) }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on("error", reject).end();
  });
  assert.equal(status, 200);
  const other = join(place.path, "other");
  mkdirSync(other);
  const key = certificate(other)?.key ?? "";
  const refused = await failing(["--data", join(place.path, "data")], {
    CAUSEWAY_TLS_CERT: files.cert,
    CAUSEWAY_TLS_KEY: key,
  });
  assert.match(refused.err, /are not a certificate and its private key/);
  const half = await failing(["--data", join(place.path, "data")], { CAUSEWAY_TLS_CERT: files.cert });
  assert.match(half.err, /belong together/);
});

/** Signs in with a wrong password as if from an address. */
async function knock(server: TestServer, forwarded: string): Promise<number> {
  const answer = await fetch(`${server.url}/_matrix/client/v3/login`, {
    method: "POST",
    headers: { "x-forwarded-for": forwarded },
    body: JSON.stringify({
      type: "m.login.password",
      identifier: { type: "m.id.user", user: "nobody" },
      password: "wrong",
    }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

test("a proxy's word for an address counts only when the proxy is trusted", async () => {
  const env = { CAUSEWAY_RATE_LIMITS: "on", CAUSEWAY_LIMITS_RATE_LOGIN: "{perSecond: 0.001, burst: 1}" };
  await using open = await startServer({ env });
  assert.deepEqual([await knock(open, "192.0.2.1"), await knock(open, "192.0.2.2")], [403, 429]);
  await using behind = await startServer({ env: { ...env, CAUSEWAY_TRUSTED_PROXIES: "127.0.0.0/8" } });
  assert.deepEqual(
    [await knock(behind, "192.0.2.1"), await knock(behind, "192.0.2.2"), await knock(behind, "192.0.2.1")],
    [403, 403, 429],
  );
  // What a client puts in front of the proxy's own entry is the client's word.
  assert.equal(await knock(behind, "203.0.113.9, 192.0.2.2"), 429);
});

test("told to stop, it answers what is under way, ends what waits, and exits with 0", async () => {
  await using server = await startServer();
  const token = await register(server, "amy");
  const { next_batch: since } = fine(await call(server, { path: "/sync?timeout=0", token }));
  const waiting = call(server, { path: `/sync?timeout=60000&since=${String(since)}`, token });
  const { hostname, port } = new URL(server.url);
  const slow = plainRequest({
    hostname,
    port,
    path: "/_matrix/media/v3/upload",
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
  });
  const uploaded = new Promise<number | undefined>((resolve, reject) => {
    slow.on("response", (answer) => resolve(answer.resume().statusCode)).on("error", reject);
  });
  slow.write(Buffer.alloc(100_000, 1));
  const idle = connect({ host: hostname, port: Number(port) });
  const idleEnded = new Promise<void>((resolve) => idle.once("close", () => resolve()));
  await new Promise((resolve) => setTimeout(resolve, 500));
  const started = performance.now();
  const stopped = server.stop();
  const answer = await waiting;
  assert.equal(answer.status, 200);
  assert.ok("next_batch" in answer.body);
  slow.end(Buffer.alloc(100_000, 2));
  assert.equal(await uploaded, 200);
  assert.equal(await stopped, 0);
  await idleEnded;
  assert.ok(performance.now() - started < 20_000);
  await assert.rejects(fetch(`${server.url}/healthz`));
  assert.doesNotMatch(server.output(), /"level":"error"/);
});

test("a stop while it starts is in order as well", async () => {
  using place = scratch();
  const data = join(place.path, "data");
  const child = runProgram([
    "/bin/sh",
    "-c",
    `"$0" "$@" & pid=$!; sleep 0.6; kill -TERM $pid; wait $pid`,
    process.execPath,
    MAIN,
    "--data",
    data,
    "--port",
    "0",
  ]);
  const ended = await child;
  // Before it listens to signals the signal itself ends it (143); afterwards it ends in order.
  assert.ok(ended.code === 0 || ended.code === 143, `${ended.code} ${ended.err}`);
  const again = await startServer({ data });
  assert.equal(await again.stop(), 0);
  await again[Symbol.asyncDispose]();
});

/** A file system of its own, of a fixed size; undefined where this user may not mount one. */
function smallDisk(bytes: number): ({ readonly path: string } & Disposable) | undefined {
  const path = mkdtempSync(join(tmpdir(), "causeway-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path], { stdio: "ignore" });
  } catch {
    rmSync(path, { recursive: true });
    return undefined;
  }
  return {
    path,
    [Symbol.dispose]() {
      execFileSync("umount", [path]);
      rmSync(path, { recursive: true });
    },
  };
}

/** Writes a file until the disk takes no more; the server writes as well meanwhile. */
function fill(path: string): void {
  const file = openSync(path, "w");
  const chunk = Buffer.alloc(65_536);
  try {
    for (;;) writeSync(file, chunk);
  } catch (error) {
    if (Object(error).code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
}

test("with a full disk it says that it is not ready, keeps nothing by halves, and is ready again when there is space", async (t) => {
  using disk = smallDisk(24_000_000);
  if (disk === undefined) {
    skipLoudly(t, "a full disk: this user may not mount a small file system");
    return;
  }
  const data = join(disk.path, "data");
  await using server = await startServer({ data, env: { CAUSEWAY_MIN_FREE_BYTES: "1000000" } });
  const token = await register(server, "amy");
  const made = await call(server, { path: "/createRoom", token, body: { preset: "private_chat" } });
  const room = String(fine(made)["room_id"]);
  const before = await send({ server, token, room }, { msgtype: "m.text", body: "before" });
  const ready = async (): Promise<number> => (await fetch(`${server.url}/readyz`)).status;
  assert.equal(await ready(), 200);
  const filler = join(disk.path, "filler");
  fill(filler);
  assert.equal(await ready(), 503);
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  const path = (txn: number): string => `/rooms/${encodeURIComponent(room)}/send/m.room.message/${txn}`;
  const refused: number[] = [];
  for (let txn = 0; txn < 40; txn += 1) {
    const body = { msgtype: "m.text", body: `${txn} ${"x".repeat(30_000)}` };
    const answer = await call(server, { method: "PUT", path: path(txn), token, body });
    if (answer.status !== 200) refused.push(txn);
    assert.ok(answer.status === 200 || (answer.status >= 500 && typeof answer.body["errcode"] === "string"));
  }
  assert.ok(refused.length > 0, "the disk was not full");
  assert.equal((await call(server, { path: "/sync?timeout=0", token })).status, 200);
  rmSync(filler);
  assert.equal(await ready(), 200);
  const after = await send({ server, token, room }, { msgtype: "m.text", body: "after" });
  const [txn = 0] = refused;
  fine(await call(server, { method: "PUT", path: path(txn), token, body: { msgtype: "m.text", body: "again" } }));
  await server.stop();
  await server.start();
  const page = fine(
    await call(server, { path: `/rooms/${encodeURIComponent(room)}/messages?dir=f&limit=1000`, token }),
  );
  const ids = JSON.stringify(page);
  assert.ok(ids.includes(before) && ids.includes(after));
  assert.equal((await signIn(server, "amy")).status, 200);
  assert.equal(await server.stop(), 0);
});
