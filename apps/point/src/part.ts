import type { Clock } from "@causeway/base";
import type { PolicySource } from "@causeway/enforce";
import type { Log } from "@causeway/platform";
import type { PointConfig } from "./config.ts";

/** What each kind of point is started with. */
export interface PartContext {
  readonly config: PointConfig;
  readonly source: PolicySource;
  readonly clock: Clock;
  readonly log: Log;
  /** One line on standard output: for what outside programs wait for. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A point that runs. */
export interface RunningPart extends AsyncDisposable {
  /** Tries whether everything is obeyed, and reports it. */
  test(): Promise<void>;
  /** Resolves when the point ends by itself. */
  readonly ended: Promise<void>;
}
