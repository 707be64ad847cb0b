import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { startServer, type TestServer } from "./server.ts";

const PASSWORD = "a long enough password";

async function ask(server: TestServer, path: string, init?: RequestInit): Promise<{ status: number; body: string }> {
  const response = await fetch(`${server.url}${path}`, init);
  return { status: response.status, body: await response.text() };
}

async function tokenOf(server: TestServer, name: string): Promise<string> {
  const body = JSON.stringify({ username: name, password: PASSWORD, auth: { type: "m.login.dummy" } });
  const answer = await ask(server, "/_matrix/client/v3/register", { method: "POST", body });
  assert.equal(answer.status, 200, answer.body);
  return String(JSON.parse(answer.body).access_token);
}

const MEDIA = ["r0", "v1", "v3"].flatMap((version) => [
  `/_matrix/media/${version}/download/localhost/abcdefgh`,
  `/_matrix/media/${version}/thumbnail/localhost/abcdefgh?width=1&height=1`,
]);

test("old paths and tokens in the query string work where they were asked for, and are in no log", async () => {
  await using server = await startServer({ env: { CAUSEWAY_LEGACY_CLIENTS: "true", CAUSEWAY_LOG_LEVEL: "debug" } });
  const token = await tokenOf(server, "lena");
  const query = `access_token=${token}`;
  for (const version of ["r0", "v3"]) {
    const { status, body } = await ask(server, `/_matrix/client/${version}/account/whoami?${query}`);
    assert.equal(status, 200);
    assert.equal(JSON.parse(body).user_id, "@lena:localhost");
  }
  assert.equal((await ask(server, `/_matrix/client/r0/sync?timeout=0&${query}`)).status, 200);
  const created = await ask(server, `/_matrix/client/r0/createRoom?${query}`, { method: "POST", body: "{}" });
  assert.equal(created.status, 200, created.body);
  const room = encodeURIComponent(JSON.parse(created.body).room_id);
  const sent = await ask(server, `/_matrix/client/r0/rooms/${room}/send/m.room.message/1?${query}`, {
    method: "PUT",
    body: '{"msgtype":"m.text","body":"x"}',
  });
  assert.equal(sent.status, 200);

  const wrong = await ask(server, "/_matrix/client/r0/account/whoami?access_token=syt_wrong_one");
  assert.equal(wrong.status, 401);
  assert.equal(JSON.parse(wrong.body).errcode, "M_UNKNOWN_TOKEN");
  const header = await ask(server, `/_matrix/client/v3/account/whoami?${query}`, {
    headers: { authorization: "Bearer another" },
  });
  assert.equal(header.status, 401, "the header counts where there are both");
  for (const path of MEDIA) {
    for (const more of ["", `${path.includes("?") ? "&" : "?"}${query}`])
      assert.equal((await ask(server, path + more)).status, 404, path);
  }
  // What goes wrong is logged, and may not say more.
  await ask(server, `/_matrix/client/r0/nothing?${query}`);
  await ask(server, `/_matrix/client/r0/createRoom?${query}`, { method: "POST", body: "{" });
  await ask(server, `/_matrix/client/r0/sync?since=%00bad&${query}`);
  await ask(server, `/_matrix/client/r0/account/whoami?${query}`, { method: "DELETE" });
  await server.stop();
  for (const secret of [token, "access_token", "syt_wrong_one"]) assert.ok(!server.output().includes(secret));
});

test("old paths and tokens in the query string do not exist where nobody asked for them", async () => {
  await using server = await startServer();
  const token = await tokenOf(server, "lena");
  const headers = { authorization: `Bearer ${token}` };
  const old = await ask(server, "/_matrix/client/r0/account/whoami", { headers });
  assert.equal(old.status, 404);
  assert.equal(JSON.parse(old.body).errcode, "M_UNRECOGNIZED");
  const inQuery = await ask(server, `/_matrix/client/v3/account/whoami?access_token=${token}`);
  assert.equal(inQuery.status, 401);
  assert.equal(JSON.parse(inQuery.body).errcode, "M_MISSING_TOKEN");
  for (const path of MEDIA) assert.equal((await ask(server, path, { headers })).status, 404);
});

test("a short registration secret is warned about, and works for the tools that have it", async () => {
  await using server = await startServer({ env: { CAUSEWAY_REGISTRATION_SHARED_SECRET: "shared" } });
  assert.match(server.output(), /WARNING: the registration secret is short/);
  const path = "/_synapse/admin/v1/register";
  const { nonce } = JSON.parse((await ask(server, path)).body);
  const mac = createHmac("sha1", "shared").update([nonce, "lena", "pw", "notadmin"].join("\0")).digest("hex");
  const body = JSON.stringify({ nonce, username: "lena", password: "pw", admin: false, mac });
  const made = await ask(server, path, { method: "POST", body });
  assert.equal(made.status, 200, made.body);
  assert.deepEqual(Object.keys(JSON.parse(made.body)).toSorted(), [
    "access_token",
    "device_id",
    "home_server",
    "user_id",
  ]);
  assert.ok(!server.output().includes('shared"'));
});
