import { endpoint } from "@causeway/contract";
import { HttpReply, serve, type Database, type Route } from "@causeway/platform";
import { ok } from "@causeway/base";
import { statfs } from "node:fs/promises";

const healthz = endpoint({
  method: "GET",
  path: "/healthz",
  access: { open: "says that the process lives, nothing else" },
  summary: "Whether the process lives.",
  errors: [],
  rate: "none",
  head: true,
});

const readyz = endpoint({
  method: "GET",
  path: "/readyz",
  access: { open: "says whether the server can work, nothing else" },
  summary: "Whether the server can write and has space.",
  errors: [],
  rate: "none",
  head: true,
});

/** `GET /healthz` and `GET /readyz`. The migrations are done before anything listens. */
export function healthRoutes(
  db: Database,
  space: { readonly directory: string; readonly minFreeBytes: number },
): readonly Route[] {
  return [
    serve(healthz, () => ok({ status: "ok" })),
    serve(readyz, async () => {
      const [canWrite, hasSpace] = await Promise.all([db.canWrite(), spaceLeft(space)]);
      const isReady = canWrite && hasSpace;
      return ok(
        new HttpReply({ status: isReady ? 200 : 503, body: JSON.stringify({ canWrite, migrated: true, hasSpace }) }),
      );
    }),
  ];
}

async function spaceLeft(space: { readonly directory: string; readonly minFreeBytes: number }): Promise<boolean> {
  const stats = await statfs(space.directory);
  return stats.bavail * stats.bsize >= space.minFreeBytes;
}
