import { roles } from "@causeway/contract";
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startServer, type TestServer } from "./server.ts";

interface Account {
  readonly userId: string;
  readonly password: string;
  readonly nameEn: string;
  readonly nameZh: string;
  readonly post: string;
  readonly department: string;
  readonly roles: readonly string[];
}

function accountsOf(server: TestServer): readonly Account[] {
  const list: readonly Account[] = JSON.parse(readFileSync(join(server.directory, "data/demo-accounts.json"), "utf8"));
  return list;
}

async function call(
  server: TestServer,
  path: string,
  given: { token?: string; body?: unknown } = {},
): Promise<Record<string, unknown>> {
  const response = await fetch(`${server.url}${path}`, {
    method: given.body === undefined ? "GET" : "POST",
    headers: given.token === undefined ? {} : { authorization: `Bearer ${given.token}` },
    ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
  });
  const answer: Record<string, unknown> = { status: response.status, ...Object(await response.json()) };
  return answer;
}

async function signIn(server: TestServer, account: Account): Promise<string> {
  const { userId: user, password } = account;
  const body = { type: "m.login.password", identifier: { type: "m.id.user", user }, password };
  return String((await call(server, "/_matrix/client/v3/login", { body }))["access_token"]);
}

test("the sample government: four departments, every role somewhere, and everybody can sign in as what the file says", async () => {
  await using server = await startServer({ args: [] });
  const file = join(server.directory, "data/demo-accounts.json");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const accounts = accountsOf(server);
  assert.equal(new Set(accounts.map((one) => one.password)).size, accounts.length);
  assert.equal(new Set(accounts.map((one) => one.department)).size, 4);
  assert.deepEqual(new Set(accounts.flatMap((one) => one.roles)), new Set(roles));
  for (const { roles: held } of accounts)
    assert.equal(held.filter((role) => role.endsWith("-administrator")).length <= 1, true);
  for (const account of accounts) {
    assert.match(account.userId, /^@[a-z.]+:localhost$/);
    assert.ok(account.nameEn !== "" && account.nameZh !== "" && account.post !== "");
    const token = await signIn(server, account);
    const me = await call(server, "/causeway/v1/directory/me", { token });
    assert.deepEqual([me["display_name"], me["roles"]], [`${account.nameZh} · ${account.nameEn}`, account.roles]);
    const rooms = await call(server, "/_matrix/client/v3/joined_rooms", { token });
    assert.equal(rooms["status"], 200);
  }
  const token = await signIn(server, accounts[0] ?? assert.fail("there is nobody"));
  const { departments } = await call(server, "/causeway/v1/directory/departments", { token });
  assert.ok(Array.isArray(departments) && departments.length === 4);
  for (const one of departments) assert.ok("head" in Object(one), "each has a Head");
  const rooms = (await call(server, "/_matrix/client/v3/joined_rooms", { token }))["joined_rooms"];
  assert.ok(Array.isArray(rooms) && rooms.length > 0);
  await server.stop();
  await server.start();
  assert.deepEqual(accountsOf(server), accounts, "it is made once");
});

test("the sample data goes into no directory that holds something else", async () => {
  const data = mkdtempSync(join(tmpdir(), "causeway-somebodys-"));
  writeFileSync(join(data, "accounts.xlsx"), "somebody's");
  await assert.rejects(startServer({ args: [], data }), /holds files that Causeway did not make/);
  assert.deepEqual(
    readdirSync(data).filter((name) => /demo|causeway/.test(name)),
    [],
  );
  rmSync(data, { recursive: true });
});
