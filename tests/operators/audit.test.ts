import { openSnapshot } from "@causeway/platform";
import { engines, runSql } from "@causeway/testkit";
import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { operatorsWorld, PASSWORD, type Ended, type OperatorsWorld } from "./world.ts";

function done(ended: Ended): Ended {
  assert.equal(ended.code, 0, ended.err + ended.out);
  return ended;
}

async function people(world: OperatorsWorld, ...names: readonly string[]): Promise<void> {
  for (const name of names) done(await world.causeway(["create-user", name], PASSWORD));
}

interface Recorded {
  readonly act: string;
  readonly thing: string | null;
}

/** What was recorded, in order. */
async function recorded(location: string): Promise<readonly Recorded[]> {
  await using db = await openSnapshot(location);
  return await db.all<Recorded>({ sql: "SELECT act, thing FROM audit_entries ORDER BY idx", parameters: [] });
}

async function acts(location: string): Promise<readonly string[]> {
  return (await recorded(location)).map(({ act }) => act);
}

function copyCheckpoint(world: OperatorsWorld): string {
  const copy = join(world.directory, "trusted");
  cpSync(join(world.directory, "data-audit", "checkpoint"), copy);
  return copy;
}

for (const engine of engines) {
  describe(`the audit log and operators on ${engine}`, () => {
    test("what operators do is in the log, and verify-audit says what it can say", async () => {
      await using world = await operatorsWorld(engine);
      await people(world, "amy");
      done(await world.causeway(["grant-role", "amy", "auditor"]));
      done(await world.causeway(["reset-password", "amy"], "another long password"));
      done(await world.causeway(["deactivate-user", "amy"]));
      const before = ["account.made", "role.given", "password.changed", "account.deactivated"];
      assert.deepEqual(await acts(world.location), before);
      const checked = done(await world.causeway(["verify-audit"]));
      assert.match(checked.out, /The log is right: 4 entries/);
      assert.match(checked.out, /cannot be said that nothing is missing/);
      const trusted = copyCheckpoint(world);
      await people(world, "ben");
      {
        await using _server = await world.server();
        const running = done(await world.causeway(["verify-audit", "--trusted-checkpoint", trusted]));
        assert.match(running.out, /goes on from the trusted checkpoint of 4 entries/);
        // Whoever copies everything is in the log while a server runs.
        done(await world.causeway(["backup", "--to", join(world.directory, "backup")]));
      }
      assert.equal((await acts(world.location)).includes("operator.command"), true);
      const json = done(await world.causeway(["verify-audit", "--json", "--trusted-checkpoint", trusted]));
      const said: Readonly<Record<string, unknown>> = JSON.parse(json.out);
      assert.deepEqual([said["ok"], said["nothingMissing"], said["faults"]], [true, true, []]);
      done(await world.causeway(["check"]));
      const erased = done(await world.causeway(["erase-person", "amy"]));
      assert.match(erased.out, /values are erased/);
      assert.equal((await world.causeway(["erase-person", "ben"])).code, 1, "who is active is not erased");
      done(await world.causeway(["verify-audit", "--trusted-checkpoint", trusted]));
    });

    test("verify-audit finds what was changed, and says that entries are missing to whoever has a checkpoint", async () => {
      await using world = await operatorsWorld(engine);
      await people(world, "amy", "ben");
      const trusted = copyCheckpoint(world);
      const damage = (...sql: readonly string[]): Promise<void> => runSql(world.location, sql);
      await damage("UPDATE audit_entries SET leaf = REPLACE(leaf, 'account.made', 'account.mads')");
      const changed = await world.causeway(["verify-audit"]);
      assert.equal(changed.code, 1);
      assert.match(changed.out, /fault audit-root/);
      assert.match(changed.out, /NOT right/);
      assert.match((await world.causeway(["check"])).out, /fault audit-/);
      await damage("UPDATE audit_entries SET leaf = REPLACE(leaf, 'account.mads', 'account.made')");
      done(await world.causeway(["verify-audit"]));
      await damage("DELETE FROM audit_entries WHERE idx = 1");
      rmSync(join(world.directory, "data-audit", "checkpoint"));
      const shorter = await world.causeway(["verify-audit", "--trusted-checkpoint", trusted]);
      assert.equal(shorter.code, 1);
      assert.match(shorter.out, /fault audit-shorter: checkpoint=trusted/);
      writeFileSync(trusted, readFileSync(trusted, "utf8").replace("\n2\n", "\n1\n"));
      const forged = await world.causeway(["verify-audit", "--trusted-checkpoint", trusted]);
      assert.equal(forged.code, 1);
      assert.match(forged.err, /not a checkpoint that a known key has signed \(bad-signature\)/);
    });

    test("a proof file is checked by anybody with the public key, and is wrong when anything in it was changed", async () => {
      await using world = await operatorsWorld(engine);
      await people(world, "amy", "ben");
      done(await world.causeway(["grant-role", "amy", "auditor"]));
      const role = (await recorded(world.location)).find(({ act }) => act === "role.given")?.thing ?? assert.fail();
      assert.match(role, /^ro_/);
      const [file, plain] = [join(world.directory, "proof.json"), join(world.directory, "plain.json")];
      done(await world.causeway(["prove-audit", role, "--to", plain]));
      done(await world.causeway(["prove-audit", role, "--to", file, "--disclose"]));
      assert.equal((await world.causeway(["prove-audit", role, "--to", file])).code, 1, "nothing is overwritten");
      assert.equal((await world.causeway(["prove-audit", "gr_none", "--to", `${file}2`])).code, 1);
      assert.ok(statSync(file).size < 6000);
      assert.doesNotMatch(readFileSync(plain, "utf8"), /@amy/);
      // Somebody else, who has nothing but the file and the key.
      const elsewhere = world.at(join(world.directory, "nowhere"));
      const key = join(world.directory, "log.vkey");
      cpSync(join(world.directory, "data-audit", "log.vkey"), key);
      const right = done(await elsewhere.causeway(["verify-audit", "--proof", file, "--key", key]));
      assert.match(right.out, new RegExp(`role.given on ${role} by operator .*person=@amy:localhost`));
      assert.match(right.out, /cannot show that there is nothing more/);
      assert.match(done(await elsewhere.causeway(["verify-audit", "--proof", plain, "--key", key])).out, /\(hidden\)/);
      const unkeyed = done(await elsewhere.causeway(["verify-audit", "--proof", file]));
      assert.match(unkeyed.err, /key came with what was checked/);
      const text = readFileSync(file, "utf8");
      writeFileSync(file, text.replaceAll("@amy", "@ben"));
      const forged = await elsewhere.causeway(["verify-audit", "--proof", file, "--key", key]);
      assert.deepEqual([forged.code, forged.out], [1, "The proof is NOT right: disclosed-value.\n"]);
      const missing = await elsewhere.causeway(["verify-audit", "--proof", "/nowhere/proof"]);
      assert.deepEqual([missing.code, /there is no file/.test(missing.err)], [1, true]);
    });

    test("an exported log is checked without the server's data, and holds nobody's name", async () => {
      await using world = await operatorsWorld(engine);
      await people(world, "amy", "ben");
      const trusted = copyCheckpoint(world);
      const to = join(world.directory, "export");
      done(await world.causeway(["export-audit", "--to", to]));
      const elsewhere = world.at(to);
      const key = readFileSync(join(world.directory, "data-audit", "log.vkey"), "utf8").trim();
      const right = await elsewhere.causeway(["verify-audit", "--key", key, "--trusted-checkpoint", trusted]);
      assert.match(done(right).out, /The log is right: 2 entries/);
      const files = readdirSync(to, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
      for (const one of files) {
        const path = join(one.parentPath, one.name);
        const bytes = readFileSync(path);
        assert.ok(!bytes.includes("amy"), path);
        if (one.name === "log.vkey") continue;
        const changed = Buffer.from(bytes);
        changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
        writeFileSync(path, changed);
        assert.equal((await elsewhere.causeway(["verify-audit", "--key", key])).code, 1, path);
        writeFileSync(path, bytes);
      }
    });
  });
}

test("an older copy of the data does not start; a restore does, as another log that says so", async () => {
  await using world = await operatorsWorld("sqlite");
  await people(world, "amy");
  const backup = join(world.directory, "backup");
  done(await world.causeway(["backup", "--to", backup]));
  cpSync(world.data, `${world.data}-copy`, { recursive: true });
  await people(world, "ben");
  const trusted = copyCheckpoint(world);
  renameSync(world.data, `${world.data}-newest`);
  renameSync(`${world.data}-copy`, world.data);
  await assert.rejects(world.server(), /the audit log has 1 entries, and .* says that it had 2/);
  const refused = await world.causeway(["create-user", "cat"], PASSWORD);
  assert.deepEqual([refused.code, /entries are missing, or this is an older copy/.test(refused.err)], [1, true]);
  rmSync(world.data, { recursive: true });
  assert.match(done(await world.causeway(["restore", "--from", backup])).out, /its key is retired/);
  {
    await using _server = await world.server();
  }
  const names = await acts(world.location);
  assert.deepEqual(names.slice(0, 2), ["account.made", "server.restored"]);
  assert.equal(names.includes("log.key-begun"), true);
  const whole = done(await world.causeway(["verify-audit"]));
  assert.match(whole.out, /The log is right/);
  const older = await world.causeway(["verify-audit", "--trusted-checkpoint", trusted]);
  assert.deepEqual([older.code, /fault audit-/.test(older.out)], [1, true], "what the backup did not have is missed");
});
