import { decide } from "@causeway/access";
import { failure, ok, type Instant, type UserId } from "@causeway/base";
import { getHealth, listRooms } from "@causeway/contract";
import type { RoomCount } from "@causeway/matrix-rooms";
import { serve, type Answer, type Caller, type Database, type Route } from "@causeway/platform";
import { statfs } from "node:fs/promises";

/** What administrators see of the server. */
export interface AdministrationParts {
  readonly db: Database;
  readonly rooms: {
    counts(after: number, limit: number): Promise<readonly RoomCount[]>;
    searchBehind(): number;
  };
  readonly rolesOf: (user: UserId) => ReadonlySet<string>;
  readonly space: { readonly directory: string; readonly minFreeBytes: number };
  readonly startedAt: Instant;
}

/** The rooms by their counts, and how the server is: never what anybody wrote. */
export function administrationRoutes(parts: AdministrationParts): readonly Route[] {
  return [
    serve(listRooms, async ({ caller, query }) => asked(parts, caller) ?? (await roomPage(parts, query))),
    serve(getHealth, async ({ caller }) => asked(parts, caller) ?? (await health(parts))),
  ];
}

/** The endpoint asked for the right already; whoever calls this in another way is asked here. */
function asked(parts: AdministrationParts, caller: Caller): Answer | undefined {
  const decision = decide("accounts.read", { roles: parts.rolesOf(caller.user) });
  return decision.allowed ? undefined : failure("NOT_PERMITTED", undefined, { reason: decision.reason });
}

async function roomPage(
  { rooms }: AdministrationParts,
  query: { readonly after: number; readonly limit: number },
): Promise<Answer> {
  const found = await rooms.counts(query.after, query.limit);
  const last = found.length === query.limit ? found.at(-1) : undefined;
  return ok({
    rooms: found.map((room) => ({
      room_id: room.roomId,
      ...(room.name === undefined ? {} : { name: room.name }),
      ...(room.label === undefined ? {} : { label: room.label }),
      is_space: room.isSpace,
      encrypted: room.isEncrypted,
      joined: room.joined,
      messages: room.messages,
    })),
    ...(last === undefined ? {} : { next: last.number }),
  });
}

async function health({ db, rooms, space, startedAt }: AdministrationParts): Promise<Answer> {
  const [canWrite, stats] = await Promise.all([db.canWrite(), statfs(space.directory)]);
  const freeBytes = stats.bavail * stats.bsize;
  return ok({
    can_write: canWrite,
    free_bytes: freeBytes,
    has_space: freeBytes >= space.minFreeBytes,
    started_at: startedAt,
    search_behind: rooms.searchBehind(),
  });
}
