import { failure, ok, type Instant, type Result } from "@causeway/base";
import { UnmetExpectation, type Tx } from "@causeway/platform";
import type { AccessOptions } from "./access.ts";
import { LiveGrants } from "./live-grants.ts";
import { News } from "./news.ts";
import { GRANT_CHANGED } from "./store-grants.ts";
import { REQUEST_CHANGED } from "./store-requests.ts";

const ATTEMPTS = 20;
/** Expectations that are unmet when somebody else was faster: what was decided is decided again on what is there now. */
const OVERTAKEN: ReadonlySet<string> = new Set([
  REQUEST_CHANGED,
  GRANT_CHANGED,
  "directory-revision",
  "access-review",
  "access-look",
]);

/** A change that was decided: what it collects, and what comes of it. */
export interface Change<T> {
  collect(tx: Tx): void;
  readonly value: T;
}

/** What every part of requests and grants shares. */
export class AccessCore {
  readonly options: AccessOptions;
  readonly live: LiveGrants;
  readonly news: News;

  constructor(options: AccessOptions) {
    this.options = options;
    this.live = new LiveGrants(options);
    this.news = new News(options);
  }

  /** The time. */
  now(): Instant {
    return this.options.clock.now();
  }

  /**
   * Reads, decides and makes a change that rests on exactly what was read, the directory included: when anything of it has changed by
   * the commit, it is read and decided again.
   */
  async change<T>(plan: () => Promise<Result<Change<T>>>): Promise<Result<T>> {
    const { db, directory } = this.options;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      await directory.refresh();
      const planned = await plan();
      if (!planned.ok) return planned;
      const tx = db.begin();
      directory.restOn(tx);
      planned.value.collect(tx);
      if (await isDone(tx)) return ok(planned.value.value);
    }
    return failure("M_LIMIT_EXCEEDED", undefined, { retry_after_ms: 1000 });
  }

  /** Commits what the server does by itself, which does not rest on the directory; false when somebody was faster. */
  async commit(collect: (tx: Tx) => void): Promise<boolean> {
    const tx = this.options.db.begin();
    collect(tx);
    return await isDone(tx);
  }
}

async function isDone(tx: Tx): Promise<boolean> {
  try {
    await tx.commit();
    return true;
  } catch (error) {
    if (error instanceof UnmetExpectation && OVERTAKEN.has(error.what)) return false;
    throw error;
  }
}
