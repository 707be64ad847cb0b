import { failure, failureAs, fold, ok, serverOf, type Result, type RoomId, type UserId } from "@causeway/base";
import {
  deleteAlias,
  deleteProfileField,
  getAlias,
  getProfile,
  getProfileField,
  getPublicRooms,
  getRoomAliases,
  getVisibility,
  putAlias,
  putProfileField,
  putVisibility,
  searchPublicRooms,
} from "@causeway/contract";
import { PowerLevels, roomVersion } from "@causeway/matrix-events";
import { serve, UnmetExpectation, type Route } from "@causeway/platform";
import { lookupIn } from "./compose.ts";
import type { Profiles } from "./profiles.ts";
import type { Reading } from "./reading.ts";
import type { Room } from "./room.ts";
import type { RoomsCore } from "./rooms.ts";
import { summaryOf, type RoomSummary } from "./summary.ts";
import {
  addAlias,
  aliasesOf,
  findAlias,
  isPublished,
  publishedRooms,
  removeAlias,
  setPublished,
} from "./store-aliases.ts";

/** The endpoints of aliases, published rooms and profiles. */
export function directoryRoutes(core: RoomsCore, reading: Reading, profiles: Profiles): readonly Route[] {
  return [...aliasRoutes(core, reading), ...publishingRoutes(core), ...profileRoutes(core, profiles)];
}

/** Whether somebody in a room has the power to say what it is called. */
function mayName(room: Room, user: UserId): boolean {
  const version = roomVersion(room.version);
  if (version === undefined || room.entry("m.room.member", user)?.content["membership"] !== "join") return false;
  const levels = new PowerLevels(version, lookupIn(room));
  return levels.of(user) >= levels.toSend("m.room.canonical_alias", true);
}

function aliasRoutes(core: RoomsCore, reading: Reading): readonly Route[] {
  const { db, signer, clock } = core.options;
  return [
    serve(getAlias, async ({ params }) => {
      const found = await findAlias(db, params.roomAlias);
      return found === undefined
        ? failure("M_NOT_FOUND", "No room has this alias.")
        : ok({ room_id: found.roomId, servers: [signer.serverName] });
    }),
    serve(putAlias, async ({ caller, params, body }) => {
      if (serverOf(params.roomAlias) !== signer.serverName)
        return failure("M_INVALID_PARAM", "An alias of this server ends in its name.");
      const room = await core.registry.get(body.room_id);
      if (room?.entry("m.room.member", caller.user)?.content["membership"] !== "join")
        return failure("M_FORBIDDEN", "You are not in this room.");
      const tx = db.begin();
      addAlias(tx, params.roomAlias, { roomId: room.id, creator: caller.user, at: clock.now() });
      return await committed(tx.commit(), failureAs(409, "M_UNKNOWN", "This room alias is taken."));
    }),
    serve(deleteAlias, async ({ caller, params }) => {
      const found = await findAlias(db, params.roomAlias);
      if (found === undefined) return failure("M_NOT_FOUND", "No room has this alias.");
      const room = await core.registry.get(found.roomId);
      if (found.creator !== caller.user && (room === undefined || !mayName(room, caller.user)))
        return failure("M_FORBIDDEN", "This alias was made by somebody else.");
      const tx = db.begin();
      removeAlias(tx, params.roomAlias);
      const removed = await committed(tx.commit(), failure("M_NOT_FOUND", "No room has this alias."));
      if (removed.ok) await forgetCanonical(core, { roomId: found.roomId, alias: params.roomAlias, by: caller.user });
      return removed;
    }),
    serve(getRoomAliases, async ({ caller, params }) => {
      const opened = await reading.open(caller.user, params.roomId);
      return opened.ok ? ok({ aliases: (await aliasesOf(db, params.roomId)).map((one) => one.alias) }) : opened;
    }),
  ];
}

/** A room whose own name for itself is gone says so, when the one who took it away may say it. */
async function forgetCanonical(
  core: RoomsCore,
  gone: { readonly roomId: RoomId; readonly alias: string; readonly by: UserId },
): Promise<void> {
  await core.writer.append(gone.roomId, (room) => {
    const { alias, alt_aliases: others, ...rest } = room.entry("m.room.canonical_alias", "")?.content ?? {};
    const known: readonly unknown[] = Array.isArray(others) ? others : [];
    if ((alias !== gone.alias && !known.includes(gone.alias)) || !mayName(room, gone.by)) return ok([]);
    const content = {
      ...rest,
      ...(alias === undefined || alias === gone.alias ? {} : { alias }),
      ...(others === undefined ? {} : { alt_aliases: known.filter((one) => one !== gone.alias) }),
    };
    return ok([{ type: "m.room.canonical_alias", sender: gone.by, stateKey: "", content }]);
  });
}

async function committed(commit: Promise<void>, otherwise: Result<never>): Promise<Result<object>> {
  try {
    await commit;
    return ok({});
  } catch (error) {
    if (error instanceof UnmetExpectation) return otherwise;
    throw error;
  }
}

function publishingRoutes(core: RoomsCore): readonly Route[] {
  const { db } = core.options;
  return [
    serve(getVisibility, async ({ params }) => {
      const published = await isPublished(db, params.roomId);
      return published === undefined
        ? failure("M_NOT_FOUND", "There is no such room.")
        : ok({ visibility: published ? "public" : "private" });
    }),
    serve(putVisibility, async ({ caller, params, body }) => {
      const room = await core.registry.get(params.roomId);
      if (room === undefined) return failure("M_NOT_FOUND", "There is no such room.");
      if (!mayName(room, caller.user)) return failure("M_FORBIDDEN", "You may not publish this room.");
      const tx = db.begin();
      setPublished(tx, room.id, body.visibility === "public");
      await tx.commit();
      return ok({});
    }),
    serve(getPublicRooms, ({ query }) =>
      listRooms(core, { limit: query.limit, since: query.since, term: "", types: undefined, server: query.server }),
    ),
    serve(searchPublicRooms, ({ query, body }) =>
      listRooms(core, {
        limit: Math.min(body.limit ?? 100, 500),
        since: body.since,
        term: body.filter?.generic_search_term ?? "",
        types: body.filter?.room_types ?? undefined,
        server: query.server,
      }),
    ),
  ];
}

interface ListWish {
  readonly limit: number;
  readonly since: string | undefined;
  readonly term: string;
  /** Types of rooms that are wanted, `null` for those without one; undefined: all. */
  readonly types: readonly (string | null)[] | undefined;
  readonly server: string | undefined;
}

/** The published rooms, the largest first (client-server API, "Published room directory"). */
async function listRooms(core: RoomsCore, wish: ListWish): Promise<Result<object>> {
  const { db, signer } = core.options;
  if (wish.server !== undefined && wish.server !== signer.serverName)
    return failure("M_NOT_FOUND", "The rooms of other servers are not listed here.");
  const skip = wish.since === undefined || wish.since === "" ? 0 : Number(/^p([0-9]{1,9})$/.exec(wish.since)?.[1]);
  if (Number.isNaN(skip)) return failure("M_INVALID_PARAM", "`since`: not a token of this server");
  const entries: RoomSummary[] = [];
  for (const id of await publishedRooms(db)) {
    const room = await core.registry.get(id);
    const entry = room === undefined ? undefined : summaryOf(room, db.stream.head());
    if (entry !== undefined && isWanted(entry, wish)) entries.push(entry);
  }
  entries.sort(
    (left, right) => right.num_joined_members - left.num_joined_members || (left.room_id < right.room_id ? -1 : 1),
  );
  const end = skip + wish.limit;
  return ok({
    chunk: entries.slice(skip, end),
    total_room_count_estimate: entries.length,
    ...(end < entries.length ? { next_batch: `p${end}` } : {}),
    ...(skip > 0 ? { prev_batch: `p${Math.max(0, skip - wish.limit)}` } : {}),
  });
}

function isWanted(entry: RoomSummary, wish: ListWish): boolean {
  if (wish.types?.includes(entry.room_type ?? null) === false) return false;
  const term = fold(wish.term);
  return [entry.name, entry.topic, entry.canonical_alias].some((text) => fold(text ?? "").includes(term));
}

const MAX_KEY_BYTES = 255;

function profileRoutes(core: RoomsCore, profiles: Profiles): readonly Route[] {
  const read = async (user: UserId): Promise<Result<Readonly<Record<string, unknown>>>> =>
    core.options.users.isSystem?.(user) === true || (await core.options.users.isActive(user))
      ? ok(await profiles.of(user))
      : failure("M_NOT_FOUND", "Nobody here has this user id.");
  return [
    serve(getProfile, ({ params }) => read(params.userId)),
    serve(getProfileField, async ({ params }) => {
      const found = await read(params.userId);
      if (!found.ok) return found;
      const value = found.value[params.keyName];
      return value === undefined
        ? failure("M_NOT_FOUND", "The profile has no such field.")
        : ok({ [params.keyName]: value });
    }),
    serve(putProfileField, ({ caller, params, body }) => {
      if (caller.user !== params.userId) return failure("M_FORBIDDEN", "This is somebody else's profile.");
      if (Buffer.byteLength(params.keyName) > MAX_KEY_BYTES) return failure("M_KEY_TOO_LARGE");
      const value = body[params.keyName];
      if (value === undefined) return failure("M_MISSING_PARAM", "The body does not hold the field of the path.");
      return profiles.set(caller.user, params.keyName, value);
    }),
    serve(deleteProfileField, ({ caller, params }) =>
      caller.user === params.userId
        ? profiles.set(caller.user, params.keyName, undefined)
        : failure("M_FORBIDDEN", "This is somebody else's profile."),
    ),
  ];
}
