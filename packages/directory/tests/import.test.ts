import { engines, path, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BASE, directoryWorld, refusal, type DirectoryWorld } from "./world.ts";

const HEADER =
  "department,department_en,department_zh,division,division_en,post,title_en,title_zh,head,user,name_en,name_zh,appointment,until,status";
const START = [
  HEADER,
  "PD,Parks,公園署,,,HEAD,Head of Department,署長,yes,hana,LEE Hana,李花,,,",
  "PD,,,GD,Gardens,FOREMAN,Foreman,,,amy,CHAN Amy,陳美,,,",
  'PD,,,GD,,CLERK,Clerk,,,bob,"BO, Bob",,,,',
  "HD,Harbour,,,,PILOT,Pilot,,,,,,,,",
].join("\r\n");

interface Imported {
  readonly brief: string;
  readonly changes: readonly string[];
  readonly body: unknown;
}

async function send(person: Person, csv: string | Uint8Array, query = ""): Promise<Imported> {
  const answer = await person.call({ method: "POST", path: `${BASE}/import${query}`, body: csv });
  return {
    brief: answer.brief,
    changes: answer.at("changes").list.map((one) => {
      const words = ["change", "department", "code", "post", "user"].map((name) => one.at(name).value);
      return words.filter((word) => typeof word === "string").join(" ");
    }),
    body: answer.body,
  };
}

async function faultsOf(d: DirectoryWorld, csv: string | Uint8Array, query = ""): Promise<readonly string[]> {
  const answer = await d.system.call({ method: "POST", path: `${BASE}/import${query}`, body: csv });
  assert.equal(answer.brief, "400 IMPORT_REFUSED");
  return answer.at("faults").list.map((one) => `${one.at("line").number}: ${one.at("fault").text}`);
}

async function snapshot(d: DirectoryWorld): Promise<string> {
  const parts = await Promise.all(
    ["departments", "departments/PD", "departments/HD"].map(
      async (what) => (await d.nobody.get(`${BASE}/${what}`)).text,
    ),
  );
  return parts.join("\n");
}

for (const engine of engines) {
  describe(`imports on ${engine}`, () => {
    test("a dry run lists what would change, the same each time, and changes nothing; the import does it; again nothing is left", async () => {
      await using d = await directoryWorld(engine);
      const before = await snapshot(d);
      const dry = await send(d.system, START, "?dry_run=true");
      assert.deepEqual(dry.changes, [
        "department-entered HD",
        "department-entered PD",
        "division-entered PD GD",
        "post-entered HD PILOT",
        "post-entered PD CLERK",
        "post-entered PD FOREMAN",
        "post-entered PD HEAD",
        "person-entered @amy:localhost",
        "person-entered @bob:localhost",
        "person-entered @hana:localhost",
        "appointed PD CLERK @bob:localhost",
        "appointed PD FOREMAN @amy:localhost",
        "appointed PD HEAD @hana:localhost",
      ]);
      assert.deepEqual((await send(d.system, START, "?dry_run=true")).body, dry.body);
      assert.equal(await snapshot(d), before);
      const done = await send(d.system, START);
      assert.equal(done.brief, "200");
      assert.deepEqual({ ...Object(done.body), dry_run: true }, dry.body);
      const after = await snapshot(d);
      assert.notEqual(after, before);
      assert.deepEqual((await send(d.system, START)).changes, []);
      assert.deepEqual((await send(d.system, `\uFEFF${START.replaceAll("\r\n", "\n")}\n`)).changes, []);
      assert.equal(await snapshot(d), after);
      assert.equal(
        (await d.nobody.get(path`/causeway/v1/directory/people/${"@bob:localhost"}`)).at("display_name").text,
        "BO, Bob",
      );
    });

    test("a mover's old post falls vacant, a leaver's session ends, a name changes, each listed with its line", async () => {
      await using d = await directoryWorld(engine);
      const amy = await d.world.person("amy");
      const bob = await d.world.person("bob");
      await send(d.system, START);
      (await d.security.post(`${BASE}/roles`, { user_id: amy.userId, role: "dso", department: "PD" })).ok();
      const next = [HEADER, "HD,,,,,PILOT,,,,amy,CHAN Amy-lee,,,,", ",,,,,,,,,bob,,,,,left"].join("\n");
      const dry = await send(d.system, next, "?dry_run=true");
      assert.deepEqual(dry.changes, [
        "person-renamed @amy:localhost",
        "person-left @bob:localhost",
        "appointment-ended PD CLERK @bob:localhost",
        "appointment-ended PD FOREMAN @amy:localhost",
        "appointed HD PILOT @amy:localhost",
        "role-ended PD @amy:localhost",
      ]);
      assert.equal((await bob.get("/account/whoami")).brief, "200");
      assert.deepEqual((await send(d.system, next)).changes, dry.changes);
      assert.equal((await bob.get("/account/whoami")).brief, "401 M_UNKNOWN_TOKEN");
      assert.deepEqual(await d.roles(amy), ["officer"]);
      const posts = (await d.nobody.get(`${BASE}/departments/PD`)).at("posts").list;
      assert.deepEqual(
        posts.map((post) => [post.at("code").text, post.at("vacant").value]),
        [
          ["CLERK", true],
          ["FOREMAN", true],
          ["HEAD", false],
        ],
      );
      assert.deepEqual((await send(d.system, next)).changes, []);
    });

    test("with any fault nothing changes, and every fault is listed with its line", async () => {
      await using d = await directoryWorld(engine);
      const before = await snapshot(d);
      const faults = await faultsOf(
        d,
        [
          HEADER,
          "PD,Parks,,,,HEAD,Head,,yes,hana,LEE Hana,,,,",
          "PD,Gardens,,,,H2,Head again,,yes,,,,,,",
          "XX,,,,,P,Post,,,,,,,,",
          "PD,,,,,CLERK,Clerk,,,Not A Name,X,,,,",
          "PD,,,,,HEAD,,,,bob,BO Bob,,,,",
          "PD,,,,,ACT,Actor,,,ann,AN Ann,,acting,,",
          "PD,,,,,ACT2,Actor,,,ann,,,acting,2026-02-30,",
          ",,,,,,,,,hana,,,,,left",
          "PD,too,few",
          "PD,,,,,Z,Title,,maybe,,,,,,gone",
        ].join("\n"),
      );
      assert.deepEqual(faults, [
        "3: department PD would have 2 posts of a Head",
        "3: the English name of department PD differs from line 2",
        "4: department XX is new and has no name",
        "5: `user` is not a user name of this server",
        "6: line 2 says who holds post PD/HEAD already",
        "7: an acting appointment needs `until`",
        "8: `until` is neither a date (2026-03-31) nor a time with its offset (2026-03-31T09:00:00+08:00)",
        "9: line 2 says that this person has a post",
        "10: there are 3 fields where the first line has 15",
        "11: `head` is not one of yes, no",
        "11: `status` is not one of active, left",
      ]);
      const unnamed = await faultsOf(d, `${START}\nPD,,,,,NEW,New,,,carl,,,,,`);
      assert.deepEqual(unnamed, ["6: the directory does not know this person, and there is no name"]);
      assert.equal(await snapshot(d), before);
      const accounts = (await d.system.get("/causeway/v1/accounts")).at("accounts").list;
      assert.equal(accounts.length, 3, "no account was made");
    });

    test("an import gives nobody a role, by no column and no name", async () => {
      await using d = await directoryWorld(engine);
      const faults = await faultsOf(d, "department,roles,password,nonsense,user,user\n");
      assert.equal(faults.length, 4);
      assert.match(faults[3] ?? faults[0] ?? "", /column/);
      assert.ok(faults.some((one) => one.includes("roles are given by a security administrator")));
    });

    test("bytes that are not UTF-8, open quotes, an empty file and one that is too large are refused", async () => {
      await using d = await directoryWorld(engine);
      assert.deepEqual(await faultsOf(d, Buffer.concat([Buffer.from(`${HEADER}\n`), Buffer.from([0xff, 0x0a])])), [
        "2: this line is not UTF-8",
      ]);
      assert.deepEqual(await faultsOf(d, `${HEADER}\n"PD`), ["2: a quote is opened and never closed"]);
      assert.deepEqual(await faultsOf(d, ""), ["1: the file is empty"]);
      const large = await d.system.call({
        method: "POST",
        path: `${BASE}/import`,
        body: "x".repeat(16 * 1_048_576 + 1),
      });
      assert.equal(large.brief, "413 M_TOO_LARGE");
    });

    test("nobody imports themselves into or out of a post", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const row = "department,post,title_en,user,name_en\nPD,BOSS,Boss,system,SYS Tem\n";
      const faults = await faultsOf(d, row);
      assert.equal(faults.length, 1);
      assert.match(faults[0] ?? "", /^2: .*own-post/);
      assert.match((await faultsOf(d, "user,status\nsystem,left\n"))[0] ?? "", /does not know/);
    });

    test("who is absent from a whole file leaves where that is asked for, and half a file is noticed", async () => {
      await using d = await directoryWorld(engine);
      const rows = Array.from({ length: 30 }, (_, n) => `PD,Parks,P${n},Post,u${n},NAME ${n}`);
      const file = (lines: readonly string[]): string =>
        ["department,department_en,post,title_en,user,name_en", ...lines].join("\n");
      assert.equal((await send(d.system, file(rows))).brief, "200");
      assert.deepEqual((await send(d.system, file(rows.slice(1)))).changes, [], "without asking, nobody leaves");
      const one = await send(d.system, file(rows.slice(1)), "?absent=leave");
      assert.deepEqual(one.changes, ["person-left @u0:localhost", "appointment-ended PD P0 @u0:localhost"]);
      const half = await faultsOf(d, file(rows.slice(25)), "?absent=leave");
      assert.match(half[0] ?? "", /^1: 24 of 29 holders of posts are absent/);
    });

    test("acting appointments are imported with their dates, and are over by themselves", async () => {
      await using d = await directoryWorld(engine);
      await send(d.system, START);
      const until = new Date(d.world.clock.now() + 3_600_000).toISOString();
      const acting = `department,post,user,appointment,until\nPD,HEAD,hana,,\nPD,HEAD,amy,acting,${until.slice(0, 19)}Z\n`;
      assert.deepEqual(
        (await send(d.system, acting)).changes,
        ["appointment-ended PD FOREMAN @amy:localhost", "appointed PD HEAD @amy:localhost"].slice(1),
      );
      assert.deepEqual((await send(d.system, acting)).changes, []);
      assert.equal((await d.nobody.get(`${BASE}/departments/PD`)).at("head", "user_id").text, "@amy:localhost");
      d.world.clock.move(3_600_001);
      assert.equal((await d.nobody.get(`${BASE}/departments/PD`)).at("head", "user_id").text, "@hana:localhost");
      assert.deepEqual((await send(d.system, acting)).changes, [], "what is over is not begun again");
    });

    test("only system administrators import", async () => {
      await using d = await directoryWorld(engine);
      for (const person of [d.nobody, d.security]) {
        const refused = await person.call({ method: "POST", path: `${BASE}/import?dry_run=true`, body: START });
        assert.equal(refusal(refused), "403 NOT_PERMITTED role-missing");
      }
    });

    test("two imports at the same time leave what one after the other would", async () => {
      await using d = await directoryWorld(engine);
      const both = await Promise.all([send(d.system, START), send(d.system, START)]);
      assert.deepEqual(
        both.map((one) => one.brief),
        ["200", "200"],
      );
      assert.deepEqual(
        both.map((one) => one.changes.length).toSorted((a, b) => a - b),
        [0, 13],
      );
    });
  });
}
