import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { memoryFolder } from "../../tools/memory.ts";
import { Disk, type ForgetSync } from "./disk.ts";
import { readLog } from "./log.ts";
import { chanceOf } from "./random.ts";
import type { Recorder } from "./recorder.ts";

/** A finished, recorded run. */
export interface RecordedRun<Ack> extends Disposable {
  /** What was recorded of, as the program left it. */
  readonly root: string;
  readonly log: Buffer;
  readonly acknowledged: readonly Ack[];
}

/** A directory for big short-lived files: memory where there is some. */
export function scratchDirectory(): string {
  return realpathSync(mkdtempSync(join(memoryFolder() ?? tmpdir(), "causeway-crash-")));
}

/** Runs a workload of this folder under the recorder, to its end. */
export async function recordRun<Ack extends { readonly at: number }>(
  recorder: Recorder,
  program: string,
  options: Readonly<Record<string, unknown>>,
): Promise<RecordedRun<Ack>> {
  // The disk's own speed matters here: it decides how many commits share a sync. So not in memory.
  const base = realpathSync(mkdtempSync(join(tmpdir(), "causeway-record-")));
  const [root, log, result] = [join(base, "data"), join(base, "log"), join(base, "result.json")];
  mkdirSync(root);
  const given = JSON.stringify({ ...options, root, log, result });
  const env = { ...process.env, ...recorder.environment(root, log) };
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, program), given], { env });
  const acknowledged: readonly Ack[] = JSON.parse(readFileSync(result, "utf8"));
  return { root, log: readFileSync(log), acknowledged, [Symbol.dispose]: () => rmSync(base, { recursive: true }) };
}

/** One power cut: the directory as the disk may have it then, and everything that had been acknowledged. */
export interface PowerCut<Ack> {
  readonly directory: string;
  readonly acknowledged: readonly Ack[];
  /** For the message of a failure: where the cut was, and the seed that repeats it. */
  readonly name: string;
}

/** How the cuts are chosen. */
export interface CutOptions<Ack> {
  readonly cuts: number;
  readonly seed: number;
  /** Syncs to leave out. */
  readonly forget?: ForgetSync;
  check(cut: PowerCut<Ack>): Promise<void> | void;
}

/** Replays a run and cuts the power at random records. `check` looks at what is left, each time in a fresh directory. */
export async function cutPower<Ack extends { readonly at: number }>(
  run: RecordedRun<Ack>,
  options: CutOptions<Ack>,
): Promise<void> {
  const chance = chanceOf(options.seed);
  const total = [...readLog(run.log)].length;
  const cuts = Array.from({ length: options.cuts }, () => chance.below(total)).toSorted((a, b) => a - b);
  const disk = new Disk(run.root, options.forget);
  const scratch = scratchDirectory();
  try {
    let index = 0;
    for (const record of readLog(run.log)) {
      disk.apply(record);
      for (; cuts[0] === index; cuts.shift()) {
        const directory = join(scratch, "cut");
        disk.cutTo(directory, chance);
        const acknowledged = run.acknowledged.filter((ack) => ack.at <= record.at);
        await options.check({
          directory,
          acknowledged,
          name: `power cut after record ${index} of ${total}, seed ${options.seed}`,
        });
        rmSync(directory, { recursive: true });
      }
      index += 1;
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Replays a whole run and writes what the program must have seen at its end. */
export function replayWhole(run: RecordedRun<unknown>, target: string): void {
  const disk = new Disk(run.root);
  for (const record of readLog(run.log)) disk.apply(record);
  disk.copyTo(target);
}
