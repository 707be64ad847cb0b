import { failure, ok } from "@causeway/base";
import { getCheckpoint, getLogKey, getTile, getWitnessedCheckpoint } from "@causeway/contract";
import { HttpReply, serve, type Answer, type ReadDb, type Route } from "@causeway/platform";
import type { TreeSource } from "./merkle/tree.ts";
import { bundleOf, tileOfPath, widthOfTile, type TileAt } from "./merkle/tile-path.ts";
import { bytesOfHashes } from "./merkle/hash.ts";
import { TILE_WIDTH } from "./merkle/frontier.ts";
import type { Published } from "./sequencer.ts";
import { leavesBetween } from "./store.ts";

/** What the published log is served from. */
export interface LogParts {
  readonly db: ReadDb;
  readonly tree: TreeSource;
  readonly vkey: string;
  published(): Published;
  /** The present checkpoint with the signatures of witnesses that it has. */
  checkpoint(): Promise<string>;
  /** The newest one that witnesses have signed. */
  witnessed(): Promise<string | undefined>;
}

const TEXT = "text/plain; charset=utf-8";

/** The log as the world may read it (C2SP tlog-tiles). */
export function logRoutes(parts: LogParts): readonly Route[] {
  return [
    serve(getCheckpoint, async () => ok(textReply(await parts.checkpoint()))),
    serve(getWitnessedCheckpoint, async () => {
      const checkpoint = await parts.witnessed();
      return checkpoint === undefined
        ? failure("M_NOT_FOUND", "No witness has signed a checkpoint yet.")
        : ok(textReply(checkpoint));
    }),
    serve(getLogKey, () => ok(textReply(`${parts.vkey}\n`))),
    serve(getTile, async ({ params }) => {
      const at = tileOfPath(params);
      return at === undefined ? notThere() : await tile(parts, at);
    }),
  ];
}

function textReply(body: string): HttpReply {
  return new HttpReply({ headers: { "content-type": TEXT, "cache-control": "no-cache" }, body });
}

function notThere(): Answer {
  return failure("M_NOT_FOUND", "The log has no such tile.");
}

/** What is published of a tile, when it is as wide as was asked: what came since then, nobody may see yet. */
async function tile(parts: LogParts, at: TileAt): Promise<Answer> {
  const { level, n, width } = at;
  if (widthOfTile(level, n, parts.published().size) < width) return notThere();
  const start = n * TILE_WIDTH;
  const body =
    level === "entries"
      ? bundleOf((await leavesBetween(parts.db, start, start + width)).map((leaf) => Buffer.from(leaf)))
      : bytesOfHashes(await parts.tree.hashes(level, start, width));
  const headers = {
    "content-type": "application/octet-stream",
    "cache-control": "public, max-age=31536000, immutable",
  };
  return ok(new HttpReply({ headers, body }));
}
