import { parseServerName, parseUserId, systemClock, type UserId } from "@causeway/base";
import type { Database } from "@causeway/platform";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KeyPlace, openAudit, type Audit, type AuditOptions } from "../src/index.ts";

export const AMY: UserId = parseUserId("@amy:localhost") ?? assert.fail();
export const SERVER = parseServerName("localhost") ?? assert.fail();

/** A directory for keys that goes when the test ends. */
export function keyDirectory(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "causeway-audit-"));
  return { path: join(path, "keys"), [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** What is asked of a log in a test; warnings are kept. */
export interface TestLog extends AsyncDisposable {
  readonly audit: Audit;
  readonly warned: readonly string[];
  /** Records entries, each in a transaction of its own, and waits for their commits. */
  record(count: number, on?: string): Promise<void>;
}

/** Opens the log of a database, with its key in a directory. What fails in the background fails the test. */
export async function openLog(
  db: Database,
  keys: { readonly path: string },
  more: Partial<AuditOptions> = {},
): Promise<TestLog> {
  const warned: string[] = [];
  const failures: unknown[] = [];
  const clock = systemClock;
  const audit = await openAudit({
    ...{ db, clock, serverName: SERVER, place: new KeyPlace(keys.path), witnesses: [] },
    ...{ isPlaceNamed: true, mayMakeKey: false, isNew: false },
    mayRead: () => false,
    accounts: { userOf: () => AMY, standingOf: () => Promise.resolve("ended") },
    warn: (message) => void warned.push(message),
    failed: (error) => void failures.push(error),
    ...more,
  });
  return {
    audit,
    warned,
    async record(count, on = "gr_thing0001") {
      const commits = Array.from({ length: count }, (_, at) => {
        const tx = db.begin();
        const facts = { reason: `reason ${at}` };
        audit.record(tx, { act: "grant.revoked", by: AMY, on, at: clock.now(), facts });
        return tx.commit();
      });
      await Promise.all(commits);
    },
    [Symbol.asyncDispose]: async () => {
      await audit.close();
      assert.deepEqual(failures, []);
    },
  };
}
