import { engines } from "@causeway/testkit";
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startServer } from "../server.ts";
import { call, operatorsWorld, PASSWORD, runProgram, signIn, tokenOf } from "./world.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

for (const engine of engines) {
  describe(engine, () => {
    test("accounts are made before the first start, and while the server runs; a new password ends sessions", async () => {
      await using world = await operatorsWorld(engine);
      const made = await world.causeway(["create-user", "amy"], `${PASSWORD}\n`);
      assert.deepEqual([made.code, made.out, made.err], [0, "@amy:localhost can sign in.\n", ""]);
      await using server = await world.server();
      const amy = await tokenOf(server, "amy");
      assert.equal((await world.causeway(["create-user", "@ben:localhost"], PASSWORD)).code, 0);
      const ben = await tokenOf(server, "ben");
      const taken = await world.causeway(["create-user", "ben"], PASSWORD);
      assert.equal(taken.code, 1);
      assert.match(taken.err, /M_USER_IN_USE/);
      const file = join(world.directory, "password");
      writeFileSync(file, "another long password\n");
      assert.equal((await world.causeway(["reset-password", "@amy:localhost", "--password-file", file])).code, 0);
      assert.equal((await call(server, { path: "/account/whoami", token: amy })).status, 401);
      assert.equal((await call(server, { path: "/account/whoami", token: ben })).status, 200);
      assert.equal((await signIn(server, "amy")).status, 403);
      assert.equal((await signIn(server, "amy", "another long password")).status, 200);
    });

    test("a deactivation takes effect at once when the server runs, and is completed by its next start when not", async () => {
      await using world = await operatorsWorld(engine);
      for (const name of ["amy", "ben"]) await world.causeway(["create-user", name], PASSWORD);
      const server = await world.server();
      const [amy, ben] = [await tokenOf(server, "amy"), await tokenOf(server, "ben")];
      const room = await call(server, {
        path: "/createRoom",
        token: amy,
        body: { preset: "trusted_private_chat", invite: ["@ben:localhost"] },
      });
      const path = `/rooms/${encodeURIComponent(String(room.body["room_id"]))}`;
      assert.equal((await call(server, { path: `${path}/join`, token: ben, body: {} })).status, 200);
      await server[Symbol.asyncDispose]();
      assert.equal((await world.causeway(["deactivate-user", "ben"])).code, 0);
      await using again = await world.server();
      assert.equal((await call(again, { path: "/account/whoami", token: ben })).status, 401);
      assert.equal((await signIn(again, "ben")).status, 403);
      for (let attempt = 0; ; attempt += 1) {
        const members = await call(again, { path: `${path}/joined_members`, token: amy });
        if (Object.keys(Object(members.body["joined"])).length === 1) break;
        assert.ok(attempt < 100, "ben has not left the room");
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.equal((await world.causeway(["deactivate-user", "amy"])).code, 0);
      assert.equal((await call(again, { path: "/account/whoami", token: amy })).status, 401);
      assert.match((await world.causeway(["create-user", "ben"], PASSWORD)).err, /M_USER_IN_USE/);
    });

    test("the first two administrators are two people, made by two commands; nobody is both", async () => {
      await using world = await operatorsWorld(engine);
      const first = await world.causeway(["create-user", "siu", "--role", "system-administrator"], PASSWORD);
      assert.deepEqual([first.code, first.err], [0, ""]);
      const second = await world.causeway(["create-user", "poon", "--role", "security-administrator"], PASSWORD);
      assert.deepEqual([second.code, second.err], [0, ""]);
      const both = await world.causeway(["grant-role", "siu", "security-administrator"]);
      assert.equal(both.code, 1);
      assert.match(both.err, /ROLES_EXCLUDE/);
      await using server = await world.server();
      const siu = await tokenOf(server, "siu");
      const made = { path: "/causeway/v1/accounts", body: { localpart: "amy", password: PASSWORD } };
      assert.equal((await call(server, { ...made, token: await tokenOf(server, "poon") })).status, 403);
      assert.equal((await call(server, { ...made, token: siu })).status, 200);
      assert.match(
        (await world.causeway(["grant-role", "@poon:localhost", "system-administrator"])).err,
        /ROLES_EXCLUDE/,
      );
      const amy = await tokenOf(server, "amy");
      const list = { path: "/causeway/v1/accounts", token: amy };
      assert.equal((await call(server, list)).status, 403);
      assert.equal((await world.causeway(["grant-role", "amy", "auditor"])).code, 0);
      for (let attempt = 0; (await call(server, list)).status !== 200; attempt += 1) {
        assert.ok(attempt < 100, "the running server has not taken up the role");
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      for (const role of ["officer", "king", "toString"]) {
        assert.equal((await world.causeway(["grant-role", "amy", role])).code, 1, role);
        const unmade = await world.causeway(["create-user", "eve", "--role", role], PASSWORD);
        assert.equal(unmade.code, 2, role);
      }
      assert.equal((await signIn(server, "eve")).status, 403);
      assert.match((await world.causeway(["grant-role", "nobody", "auditor"])).err, /M_NOT_FOUND|DIRECTORY_UNKNOWN/);
    });

    test("tables change only while nothing else uses them; command and server know the same tables", async () => {
      await using world = await operatorsWorld(engine);
      const first = await world.causeway(["migrate"]);
      assert.equal(first.code, 0, first.err);
      assert.match(first.out, /applied accounts\/0001/);
      await using _server = await world.server(); // a start would refuse tables that it does not know
      const refused = await world.causeway(["migrate"]);
      assert.equal(refused.code, 1);
      assert.match(refused.err, /stop it first/);
      await _server.stop();
      const again = await world.causeway(["migrate"]);
      assert.deepEqual([again.code, again.out], [0, "Nothing to do: the tables are of this version.\n"]);
    });
  });
}

test("a directory is one process's at a time; a killed one leaves no lock behind", async () => {
  await using world = await operatorsWorld("sqlite");
  const server = await world.server();
  await assert.rejects(startServer({ data: world.data }), /another process \(\d+\) uses this data directory/);
  await server.stop("SIGKILL");
  assert.equal((await world.causeway(["create-user", "amy"], PASSWORD)).code, 0);
  await server.start();
  assert.equal((await signIn(server, "amy")).status, 200);
  await server[Symbol.asyncDispose]();
});

test("what the server keeps is for its own user only, its command socket too", async () => {
  await using world = await operatorsWorld("sqlite");
  mkdirSync(world.data);
  chmodSync(world.data, 0o755);
  await using _server = await world.server();
  for (const name of ["admin.sock", "causeway.db", "signing.key", "causeway-data", "server.lock"])
    assert.equal(statSync(join(world.data, name)).mode & 0o777, 0o600, name);
});

test("a server's name is written down with its first start, and another one is refused", async () => {
  await using world = await operatorsWorld("sqlite");
  const named = world.at(world.data, { CAUSEWAY_SERVER_NAME: "chat.example" });
  assert.match((await named.causeway(["create-user", "amy"], PASSWORD)).out, /@amy:chat\.example/);
  const refused = await world.causeway(["create-user", "ben"], PASSWORD);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /belongs to the server `chat\.example`/);
  await assert.rejects(world.server(), /belongs to the server `chat\.example`/);
});

test("passwords come from a file or standard input, and never from the command line", async () => {
  await using world = await operatorsWorld("sqlite");
  for (const given of [["--password", PASSWORD], [`--password=${PASSWORD}`]]) {
    const refused = await world.causeway(["create-user", "amy", ...given], PASSWORD);
    assert.equal(refused.code, 2);
    assert.doesNotMatch(refused.err + refused.out, new RegExp(PASSWORD));
  }
  assert.match((await world.causeway(["create-user", "amy"], "\n")).err, /no password/);
  assert.match((await world.causeway(["create-user", "amy"], "short\n")).err, /M_WEAK_PASSWORD/);
  assert.match((await world.causeway(["create-user", "amy", "--password-file", "/nowhere"])).err, /ENOENT/);
  for (const name of ["Amy", "a b", "_amy", "@amy:elsewhere", "陳大文", "", "@:localhost"]) {
    const refused = await world.causeway(["create-user", name], PASSWORD);
    assert.equal(refused.code, 1, name);
    assert.match(refused.err, /M_INVALID_USERNAME|M_INVALID_PARAM/, name);
  }
  assert.match((await world.causeway(["deactivate-user", "nobody"])).err, /M_NOT_FOUND/);
});

test("every fault of the command line and of the configuration is told in one run, with the words that were meant", async () => {
  await using world = await operatorsWorld("sqlite");
  mkdirSync(world.data);
  writeFileSync(join(world.data, "causeway.yaml"), "prot: 8009\nlimits:\n  sync:\n    maxWait: 5\n");
  const wrong = world.at(world.data, { CAUSEWAY_REGISTRATON: "open" });
  const refused = await wrong.causeway(["create-user", "amy", "ben", "--pasword-file", "x"]);
  assert.equal(refused.code, 2);
  for (const part of [
    "`ben` is not expected here",
    "--pasword-file is not a flag; did you mean --password-file?",
    "`prot` in the file is not a key; did you mean `port`?",
    "`limits.sync.maxWait` in the file is not a key; did you mean `limits.sync.maxWaitMs`?",
    "CAUSEWAY_REGISTRATON is not a variable of Causeway; did you mean CAUSEWAY_REGISTRATION?",
  ])
    assert.ok(refused.err.includes(part), `${part}\n${refused.err}`);
  assert.match((await world.causeway(["config", "--check"])).err, /2 faults/);
});

test("`config` prints a configuration that it finds no fault with", async () => {
  await using world = await operatorsWorld("sqlite");
  const printed = await world.causeway(["config"]);
  assert.equal(printed.code, 0);
  mkdirSync(world.data);
  writeFileSync(join(world.data, "causeway.yaml"), printed.out);
  const checked = await world.causeway(["config", "--check"]);
  assert.deepEqual([checked.code, checked.out], [0, "The configuration has no faults.\n"]);
});

test("what a later version brings says so; what does not exist says what was meant", async () => {
  await using world = await operatorsWorld("sqlite");
  const refused = await world.causeway(["rotate-keys"]);
  assert.equal(refused.code, 3);
  assert.match(refused.err, /is not in this version/);
  const unknown = await world.causeway(["creat-user", "amy"]);
  assert.equal(unknown.code, 2);
  assert.match(unknown.err, /did you mean `create-user`\?/);
  assert.equal((await world.causeway([])).code, 2);
  assert.equal((await world.causeway(["toString"])).code, 2);
});

test("npx finds the command at the repository's root, with whatever Node npx runs under", async () => {
  const manifest: { readonly version?: string } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  assert.ok(manifest.version !== undefined);
  const helped = await runProgram(["npx", "causeway", "help"], { cwd: ROOT });
  assert.equal(helped.code, 0, helped.err);
  assert.match(helped.out, /create-user NAME/);
  // Without our own Node in front, as a shell has it.
  const path = (process.env["PATH"] ?? "").split(":").filter((part) => !part.includes("node_modules"));
  const plain = await runProgram(["npx", "causeway", "rotate-keys"], { cwd: ROOT, env: { PATH: path.join(":") } });
  assert.equal(plain.code, 3, plain.err);
});
