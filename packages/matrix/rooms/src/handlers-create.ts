import { failure, ok, parseUserId, type Result, type RoomId, type UserId } from "@causeway/base";
import { createRoom } from "@causeway/contract";
import { roomVersion } from "@causeway/matrix-events";
import { serve, UnmetExpectation, type Route, type Tx } from "@causeway/platform";
import { planRoom, type CreatedRoom, type CreateRequest } from "./create.ts";
import type { Profile } from "./member-content.ts";
import { isRemote } from "./membership.ts";
import type { Profiles } from "./profiles.ts";
import type { RoomsCore } from "./rooms.ts";
import { addAlias, setPublished } from "./store-aliases.ts";

/** Whose room is made, and what else is kept in the transaction that makes it. */
export interface Making {
  readonly creator: UserId;
  readonly also?: ((tx: Tx, roomId: RoomId) => void) | undefined;
}

/** Makes a room for somebody: all of its first events, its alias and its place on the list in one transaction. */
export async function makeRoom(
  parts: { readonly core: RoomsCore; readonly profiles: Profiles },
  { creator, also }: Making,
  request: CreateRequest,
): Promise<Result<CreatedRoom>> {
  const { core, profiles } = parts;
  const { signer, limits, users, clock } = core.options;
  const known = new Map<UserId, Profile>();
  const given = (request.initial_state ?? []).filter(({ type }) => type === "m.room.member");
  const others = given.flatMap(({ state_key: user }) => parseUserId(user) ?? []);
  for (const user of [creator, ...(request.invite ?? []), ...others]) {
    if (isRemote(user, signer.serverName)) return failure("M_FORBIDDEN", "People of other servers cannot be invited.");
    if (user !== creator && !(await users.isActive(user)))
      return failure("M_FORBIDDEN", "Somebody who is to be invited has no account here.");
    known.set(user, await profiles.forMember(user));
  }
  const plan = planRoom(
    request,
    { creator, profileOf: (user) => known.get(user) ?? {} },
    {
      serverName: signer.serverName,
      defaultVersion: limits.defaultRoomVersion,
      knowsVersion: isOffered,
      creatorsAreAbove: (version) => roomVersion(version)?.createEventIsRoom === true,
    },
  );
  if (!plan.ok) return plan;
  const { alias, published, version, drafts } = plan.value;
  try {
    const made = await core.writer.create(version, drafts, (tx, room) => {
      if (alias !== undefined) addAlias(tx, alias, { roomId: room.id, creator, at: clock.now() });
      if (published) setPublished(tx, room.id, true);
      also?.(tx, room.id);
    });
    if (!made.ok) return made.error.code === "M_FORBIDDEN" ? failure("M_INVALID_ROOM_STATE", made.error.message) : made;
    return ok({ room_id: made.value.room.id });
  } catch (error) {
    if (error instanceof UnmetExpectation && error.what === "alias-free") return failure("M_ROOM_IN_USE");
    throw error;
  }
}

/** Whether rooms of a version are made here. */
export function isOffered(version: string): boolean {
  return roomVersion(version) !== undefined;
}

/** `POST /createRoom`. */
export function createRoutes(core: RoomsCore, profiles: Profiles): readonly Route[] {
  return [serve(createRoom, ({ caller, body }) => makeRoom({ core, profiles }, { creator: caller.user }, body))];
}
