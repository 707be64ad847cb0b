import { instant, type Instant } from "@causeway/base";

/** How long a version took to be obeyed. */
export interface VersionObedience {
  readonly version: number;
  /** When what it says was decided. */
  readonly since: Instant;
  readonly points: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

interface Followed {
  readonly version: number;
  readonly since: Instant;
  readonly times: number[];
}

const MOST_VERSIONS = 200;

/** Measures how long each version takes from its decision until points obey it. */
export class Obedience {
  #versions: Followed[] = [];

  /** A version was published, of what had been decided at that time. */
  published(version: number, since: Instant): void {
    this.#versions.push({ version, since, times: [] });
    if (this.#versions.length > MOST_VERSIONS) this.#versions.shift();
  }

  /**
   * A point that obeyed `before` obeys `version` since a time by its own clock, which was told at `heard`: versions between are obeyed with it.
   * Answers how long the last one took; undefined where that is not known.
   */
  obeyed(of: {
    readonly before: number;
    readonly version: number;
    readonly since: Instant;
    readonly heard: Instant;
  }): number | undefined {
    let last: number | undefined;
    // What was published before the point was ever heard of says nothing about how fast it is.
    if (of.before === 0) return undefined;
    for (const followed of this.#versions) {
      if (followed.version <= of.before || followed.version > of.version) continue;
      // No clock of a point can say that it obeyed before the decision, or after it said so.
      const at = Math.min(Math.max(of.since, followed.since), Math.max(of.heard, followed.since));
      last = at - followed.since;
      followed.times.push(last);
    }
    return last;
  }

  /** The last versions, newest first. */
  recent(count: number): readonly VersionObedience[] {
    return this.#versions
      .slice(-count)
      .toReversed()
      .map(({ version, since, times }) => {
        const sorted = times.toSorted((left, right) => left - right);
        const at = (share: number): number =>
          sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
        return {
          ...{ version, since: instant(since), points: sorted.length },
          ...{ p50Ms: at(0.5), p99Ms: at(0.99), maxMs: sorted.at(-1) ?? 0 },
        };
      });
  }
}
