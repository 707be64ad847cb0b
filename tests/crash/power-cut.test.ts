import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";
import { brokenPromises } from "./check-directory.ts";
import type { ForgetSync } from "./disk.ts";
import { cutPower, recordRun, replayWhole, scratchDirectory, type RecordedRun } from "./record-run.ts";
import { buildRecorder, type Recorder } from "./recorder.ts";
import { skipLoudly } from "../skip-loudly.ts";
import { recordServer, type AcknowledgedEvent } from "./server-run.ts";
import { powerCuts, seed } from "./settings.ts";
import { brokenPromisesOfServer } from "./start-again.ts";

const recorder = buildRecorder();
const NO_RECORDER = "power cuts: there is no gcc to build the recorder with (Debian: apt-get install gcc libc6-dev)";
const LOAD = { writers: 5, eventsPerWriter: 80, eventsPerFile: 8 };
/** On so many of the cuts the real server is started as well. */
const STARTS = powerCuts >= 400 ? 4 : 1;

function recorded(name: string, run: (t: TestContext, recorder: Recorder) => Promise<void>): void {
  test(name, async (t) => {
    if (recorder === undefined) skipLoudly(t, NO_RECORDER);
    else await run(t, recorder);
  });
}

/** Where the server that was recorded kept the key of its audit log. */
function keysOf(run: { readonly root: string }): string {
  return `${run.root}-audit`;
}

function filesUnder(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => !name.endsWith("-shm") && statSync(join(directory, name)).isFile())
    .toSorted();
}

recorded(
  "the recorder misses nothing: replayed whole, its log gives the very files that the program left",
  async (_t, library) => {
    using run = await recordServer(library, { ...LOAD, eventsPerWriter: 20 });
    const target = scratchDirectory();
    replayWhole(run, target);
    const names = filesUnder(run.root);
    assert.ok(names.length > 10);
    assert.deepEqual(filesUnder(target), names);
    for (const name of names)
      assert.ok(readFileSync(join(target, name)).equals(readFileSync(join(run.root, name))), name);
    rmSync(target, { recursive: true });
  },
);

recorded(
  "after a power cut every acknowledged event is there, once, in order, and every file that an event names is whole",
  async (t, library) => {
    using run = await recordServer(library, LOAD);
    assert.equal(run.acknowledged.length, LOAD.writers * LOAD.eventsPerWriter);
    let promised = 0;
    let cuts = 0;
    await cutPower(run, {
      cuts: powerCuts,
      seed,
      check: async (cut) => {
        promised += cut.acknowledged.length;
        cuts += 1;
        assert.deepEqual(await brokenPromises(cut.directory, cut.acknowledged, keysOf(run)), [], cut.name);
        if (cuts % Math.max(1, Math.floor(powerCuts / STARTS)) !== 0) return;
        assert.deepEqual(await brokenPromisesOfServer(run, cut.directory, cut.acknowledged), [], cut.name);
      },
    });
    assert.ok(promised > 0);
    t.diagnostic(`${powerCuts} power cuts, ${promised} acknowledgements checked, seed ${seed}`);
  },
);

/** In how many of the cuts something that was promised is broken when a kind of sync is left out. */
async function brokenCuts(run: RecordedRun<AcknowledgedEvent>, forget: ForgetSync): Promise<number> {
  let broken = 0;
  await cutPower(run, {
    cuts: 30,
    seed: 1,
    forget,
    check: async (cut) => {
      const found = await brokenPromises(cut.directory, cut.acknowledged, keysOf(run)).catch((error: unknown) => [
        String(error),
      ]);
      if (found.length > 0) broken += 1;
    },
  });
  return broken;
}

recorded("the replay notices a program that leaves out any one of the syncs", async (t, library) => {
  using run = await recordServer(library, { ...LOAD, eventsPerWriter: 60 });
  const mutations: Readonly<Record<string, ForgetSync>> = {
    "of the write-ahead log": (path) => path.endsWith("-wal"),
    "of every file of the database": (path, kind) => kind === "file" && path.includes("causeway.db"),
    "of uploaded files": (path, kind) => kind === "file" && path.includes("/media/"),
    "of the directories of uploaded files": (path, kind) => kind === "directory" && path.includes("/media/files/"),
  };
  assert.equal(await brokenCuts(run, () => false), 0, "with every sync nothing is broken");
  for (const [what, forget] of Object.entries(mutations)) {
    const broken = await brokenCuts(run, forget);
    t.diagnostic(`without the syncs ${what}: ${broken} of 30 cuts broke a promise`);
    assert.ok(broken >= 10, `without the syncs ${what} only ${broken} of 30 cuts were noticed`);
  }
});

/** In how many of the cuts SQLite, set to `synchronous`, lost acknowledged rows. */
async function losses(library: Recorder, synchronous: string): Promise<number> {
  using run = await recordRun<{ at: number; n: number }>(library, "careless-workload.ts", { rows: 300, synchronous });
  let lost = 0;
  await cutPower(run, {
    cuts: 30,
    seed: 1,
    check: (cut) => {
      if (rowsLeft(cut.directory) < cut.acknowledged.length) lost += 1;
    },
  });
  return lost;
}

function rowsLeft(directory: string): number {
  const db = new DatabaseSync(join(directory, "rows.db"));
  try {
    return Number(db.prepare("SELECT COUNT(*) AS n FROM rows").get()?.["n"]);
  } catch {
    return 0; // no such table, or a damaged file: nothing is left
  } finally {
    db.close();
  }
}

recorded(
  "the method tells SQLite's settings apart: FULL loses nothing, NORMAL and OFF lose acknowledged rows",
  async (t, library) => {
    const lost = {
      full: await losses(library, "FULL"),
      normal: await losses(library, "NORMAL"),
      off: await losses(library, "OFF"),
    };
    t.diagnostic(`of 30 cuts: FULL lost rows in ${lost.full}, NORMAL in ${lost.normal}, OFF in ${lost.off}`);
    assert.equal(lost.full, 0);
    assert.ok(lost.normal >= 15 && lost.off >= 15);
  },
);
