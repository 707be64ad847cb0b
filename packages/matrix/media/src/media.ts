import type { Clock, ServerName } from "@causeway/base";
import type { Database, Route } from "@causeway/platform";
import { DurableFiles } from "./durable-files.ts";
import { mediaRoutes } from "./handlers.ts";
import { defaultMediaLimits, type MediaLimits } from "./limits.ts";
import type { Scan } from "./ports.ts";
import { expireUnused } from "./store.ts";
import { Thumbnails } from "./thumbnails.ts";
import { Uploads } from "./uploads.ts";
import { WaitingDownloads } from "./waiting.ts";

/** What media is built from. */
export interface MediaOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly server: ServerName;
  /** Where files are kept; made when it is not there. Nothing else may use it. */
  readonly directory: string;
  readonly limits?: MediaLimits;
  readonly scan?: Scan;
}

/** The content repository of one server. */
export interface Media {
  readonly routes: readonly Route[];
  /** Forgets reserved addresses that were not used in time. Call it now and then. */
  expire(): Promise<void>;
}

/** Prepares the directory (half-written files of a stopped server go) and builds the content repository. */
export async function createMedia(options: MediaOptions): Promise<Media> {
  const { db, clock, server, scan } = options;
  const limits = options.limits ?? defaultMediaLimits;
  const files = new DurableFiles(options.directory);
  await files.prepare();
  const uploads = new Uploads({ db, clock, files, limits, scan });
  const thumbnails = new Thumbnails({ db, files, limits });
  const expire = async (): Promise<void> => {
    const tx = db.begin();
    expireUnused(tx, clock.now());
    await tx.commit();
  };
  await expire();
  return {
    routes: mediaRoutes({ db, clock, server, limits, files, uploads, thumbnails, waiting: new WaitingDownloads() }),
    expire,
  };
}
