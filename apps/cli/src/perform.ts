import { codes, failure, type Failure, type Result } from "@causeway/base";
import {
  askServer,
  DataDirectoryError,
  DataDirectoryInUse,
  openDataDirectory,
  serverNameOf,
  type DataDirectory,
} from "@causeway/platform";
import { existsSync, statSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Context } from "./command.ts";
import { openStoppedServer } from "./stopped-server.ts";

/** How long a server may take from its start until it takes commands. */
const STARTING_MS = 15_000;
const AGAIN_MS = 200;

/**
 * Has an operation done: by the running server, which alone may write, or by this process when there is none. While this process
 * does it the directory is locked, so no server can start in between.
 */
export async function perform(context: Context, operation: string, input: object): Promise<Result<unknown>> {
  const { places, config } = context;
  const until = Date.now() + STARTING_MS;
  for (;;) {
    const answered = await askServer(places, operation, input);
    if (answered !== undefined) return answered;
    try {
      const directory = takeDirectory(context);
      try {
        await using server = await openStoppedServer(config, directory);
        return (await server.operations[operation]?.(input)) ?? failure("M_UNRECOGNIZED");
      } finally {
        directory.release();
      }
    } catch (error) {
      if (!(error instanceof DataDirectoryInUse)) throw error;
      if (Date.now() > until) {
        throw new DataDirectoryError(
          `${error.message}. It takes no commands: it is starting, or is itself an operator's command; try again`,
        );
      }
    }
    await pause(AGAIN_MS);
  }
}

/** Locks the directory, as its own user only: what root writes into somebody else's directory their server cannot open. */
export function takeDirectory(context: Context): DataDirectory {
  const { path } = context.places;
  expectOwner(path);
  return openDataDirectory(path, serverNameOf(context.config));
}

/** @throws DataDirectoryError when root works on the directory of another user. */
export function expectOwner(path: string): void {
  if (process.geteuid?.() !== 0 || !existsSync(path)) return;
  const { uid } = statSync(path);
  if (uid !== 0) {
    throw new DataDirectoryError(
      `${path} belongs to the user ${uid}; run this as that user (\`sudo -u '#${uid}' …\`), or its server could not open what root makes here`,
    );
  }
}

/** What a refusal says, in the words of docs/errors.md. */
export function sayFailure(failed: Failure): string {
  return `${failed.message ?? codes[failed.code].say} (${failed.code})`;
}
