import { PolicyKeys, Publisher, policyMigrations, type PolicySources } from "@causeway/access";
import { auditMigrations, recordAudit } from "@causeway/audit";
import { instant } from "@causeway/base";
import type { Database } from "@causeway/platform";
import type { PolicyGrant } from "@causeway/policy";
import { forEachEngine, type TestClock } from "@causeway/testkit";
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";

const migrations = [auditMigrations, policyMigrations];

function grant(id: string, ends: number): PolicyGrant {
  const none = { users: [], machines: [`ma_${id}`], services: ["whatsapp"], sites: [], upload: false };
  return { id, ...none, begins: instant(0), ends: instant(ends) };
}

/** What a server publishes from. */
class Sources implements PolicySources {
  held: PolicyGrant[] = [];
  services = () => [];
  rules = () => ({ rules: [], observe: { everywhere: false, departments: [] }, addressesAllowedOn: [] });
  machines = () => [];
  grants(now: number): readonly PolicyGrant[] {
    return this.held.filter((one) => one.ends > now);
  }
  nextChange(now: number) {
    const ends = this.held.map((one) => one.ends).filter((end) => end > now);
    return ends.length === 0 ? undefined : instant(Math.min(...ends));
  }
}

function clockAt(): TestClock {
  let time = Date.now();
  return { now: () => instant(time), move: (ms) => void (time += ms) };
}

interface Node {
  readonly publisher: Publisher;
  readonly sources: Sources;
  readonly failures: unknown[];
}

function node(db: Database, clock: TestClock, directory: string): Node {
  const sources = new Sources();
  const failures: unknown[] = [];
  const publisher = new Publisher({
    ...{ db, clock, audit: recordAudit, sources, installation: "example.org", utcOffsetMinutes: 0 },
    keys: new PolicyKeys(directory, "example.org"),
    lifetimeMs: 1_000_000,
    failed: (error) => void failures.push(error),
  });
  return { publisher, sources, failures };
}

forEachEngine((engine, open) => {
  describe(`the publisher on ${engine}`, () => {
    test("two servers on one database give a version one meaning, and neither goes on publishing by itself", async () => {
      await using place = await open(migrations);
      const directory = mkdtempSync(join(tmpdir(), "causeway-publisher-"));
      try {
        const clock = clockAt();
        const [one, two] = [node(place.db, clock, directory), node(place.db, clock, directory)];
        await one.publisher.start();
        await two.publisher.start();
        const version = (of: Node): number => of.publisher.current().version;
        assert.equal(version(two), version(one));
        assert.equal(two.publisher.whole(), one.publisher.whole());
        one.sources.held = [grant("gr_1", clock.now() + 60_000)];
        one.publisher.touch("grants");
        await one.publisher.settle();
        assert.ok(version(one) > version(two));
        // The other one hears of the grant when it looks.
        two.sources.held = one.sources.held;
        await two.publisher.tick();
        assert.equal(two.publisher.whole(), one.publisher.whole());
        for (let round = 0; round < 3; round += 1) {
          await one.publisher.tick();
          await two.publisher.tick();
        }
        assert.equal(version(two), version(one));
        // Both at once: two versions, and in the end the same one.
        const before = version(one);
        const more = [...one.sources.held, grant("gr_2", clock.now() + 60_000)];
        one.sources.held = more;
        two.sources.held = more;
        one.publisher.touch("grants");
        two.publisher.touch("grants");
        await Promise.all([one.publisher.settle(), two.publisher.settle()]);
        await one.publisher.tick();
        await two.publisher.tick();
        assert.ok(version(one) > before);
        assert.equal(two.publisher.whole(), one.publisher.whole());
        assert.deepEqual([...one.failures, ...two.failures], []);
      } finally {
        rmSync(directory, { recursive: true });
      }
    });

    test("what ends is dropped by the next version, half a lifetime issues one anew, and nothing else does", async () => {
      await using place = await open(migrations);
      const directory = mkdtempSync(join(tmpdir(), "causeway-publisher-"));
      try {
        const clock = clockAt();
        const { publisher, sources } = node(place.db, clock, directory);
        sources.held = [grant("gr_1", clock.now() + 60_000)];
        await publisher.start();
        const first = publisher.current();
        const steps: unknown[] = [];
        publisher.onPublished(({ step }) => steps.push(step?.gone.grants));
        publisher.touch("services", "rules", "grants", "machines");
        await publisher.settle();
        clock.move(59_999);
        await publisher.tick();
        assert.equal(publisher.current().version, first.version);
        clock.move(1);
        await publisher.tick();
        assert.deepEqual(publisher.current().grants, []);
        assert.deepEqual(steps, [["gr_1"]]);
        clock.move(500_000);
        await publisher.tick();
        assert.equal(steps.length, 2);
        assert.equal(publisher.current().expires, clock.now() + 1_000_000);
      } finally {
        rmSync(directory, { recursive: true });
      }
    });

    test("the key is readable by nobody else, and stays the same from start to start", async () => {
      await using _place = await open(migrations);
      const directory = mkdtempSync(join(tmpdir(), "causeway-publisher-"));
      try {
        const first = new PolicyKeys(directory, "example.org").keys();
        assert.deepEqual(new PolicyKeys(directory, "example.org").keys(), first);
        assert.equal(statSync(join(directory, "policy.key")).mode & 0o077, 0);
        assert.ok(
          !JSON.stringify(first).includes(JSON.parse(readFileSync(join(directory, "policy.key"), "utf8")).keys[0].seed),
        );
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
  });
});
