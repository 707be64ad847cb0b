import type { MigrationSet } from "@causeway/platform";

/** What the workload is told. */
export interface WorkloadOptions {
  /** The directory that is recorded. */
  readonly root: string;
  /** The recorder's log; its length is the clock. */
  readonly log: string;
  /** Where the acknowledgements go at the end. */
  readonly result: string;
  readonly writers: number;
  readonly eventsPerWriter: number;
  readonly eventsPerFile: number;
}

/** An event that was acknowledged when the log had the length `at`. */
export interface Acknowledged {
  readonly at: number;
  readonly pos: number;
  readonly writer: number;
  readonly n: number;
}

/** The workload's own table. */
export const crashMigrations: MigrationSet = {
  of: "crash",
  list: [
    {
      name: "0001",
      statements: (t) => [
        `CREATE TABLE crash_events (pos ${t.intKey}, writer ${t.int} NOT NULL, n ${t.int} NOT NULL, body ${t.text} NOT NULL, mxc ${t.text}, sha256 ${t.text})`,
        `CREATE UNIQUE INDEX crash_events_once ON crash_events (writer, n)`,
      ],
    },
  ],
};
