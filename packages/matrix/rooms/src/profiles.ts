import { canonicalJson, failure, ok, type Result, type RoomId, type UserId } from "@causeway/base";
import type { Content } from "@causeway/matrix-events";
import { Turns } from "@causeway/platform";
import { memberContent, type Profile } from "./member-content.ts";
import type { RoomsCore } from "./rooms.ts";
import { profileFields, putProfileFields } from "./store-profiles.ts";

const MAX_FIELDS_BYTES = 65_536;
const MAX_NAME = 256;
const MAX_URL = 1000;
/** Somebody in very many rooms changes their name in so many at once. */
const ROOMS_AT_ONCE = 20;

/** People's profiles: names from the directory, which nobody can change, and what people set themselves. */
export class Profiles {
  #core: RoomsCore;
  #turns = new Turns();
  #known = new Map<UserId, Readonly<Record<string, unknown>>>();

  constructor(core: RoomsCore) {
    this.#core = core;
  }

  /** All fields of somebody's profile. */
  async of(user: UserId): Promise<Readonly<Record<string, unknown>>> {
    const known = this.#known.get(user);
    const set = known ?? (await profileFields(this.#core.options.db, user));
    if (known === undefined) this.#remember(user, set);
    const name = this.#core.options.names.displayNameOf(user);
    return name === undefined ? set : { ...set, displayname: name };
  }

  /** What membership events say of somebody. */
  async forMember(user: UserId): Promise<Profile> {
    const fields = await this.of(user);
    const text = (value: unknown): string | undefined =>
      typeof value === "string" && value !== "" ? value : undefined;
    return { displayname: text(fields["displayname"]), avatar_url: text(fields["avatar_url"]) };
  }

  /** Sets a field, or takes it away with `undefined`; the rooms that somebody is in hear of a new name or picture. */
  async set(user: UserId, field: string, value: unknown): Promise<Result<object>> {
    const fault = faultOf(field, value);
    if (fault !== undefined) return fault;
    if (field === "displayname" && this.#core.options.names.displayNameOf(user) !== undefined) {
      return failure("M_FORBIDDEN", "Names come from the directory.");
    }
    return await this.#turns.run(user, () => this.#set(user, field, isNothing(field, value) ? undefined : value));
  }

  async #set(user: UserId, field: string, value: unknown): Promise<Result<object>> {
    const { [field]: before, ...others } = await profileFields(this.#core.options.db, user);
    const fields = value === undefined ? others : { ...others, [field]: value };
    if (Buffer.byteLength(JSON.stringify(fields)) > MAX_FIELDS_BYTES) return failure("M_PROFILE_TOO_LARGE");
    const tx = this.#core.options.db.begin();
    putProfileFields(tx, user, fields);
    await tx.commit();
    this.#remember(user, fields);
    if ((field === "displayname" || field === "avatar_url") && before !== value) await this.tellRooms(user);
    return ok({});
  }

  /** Writes somebody's present profile into the rooms that they are in. */
  async tellRooms(user: UserId): Promise<void> {
    const profile = await this.forMember(user);
    const joined = [...(await this.#core.memberships.of(user)).values()].filter((one) => one.membership === "join");
    for (let at = 0; at < joined.length; at += ROOMS_AT_ONCE) {
      const some = joined.slice(at, at + ROOMS_AT_ONCE);
      await Promise.all(some.map((membership) => this.#tellRoom(user, membership.roomId, profile)));
    }
  }

  async #tellRoom(user: UserId, roomId: RoomId, profile: Profile): Promise<void> {
    const told = await this.#core.writer.append(roomId, (room) => {
      const now: Content = room.entry("m.room.member", user)?.content ?? {};
      if (now["membership"] !== "join") return ok([]);
      const { displayname: _name, avatar_url: _picture, ...rest } = now;
      const content = { ...rest, ...memberContent("join", profile) };
      if (canonicalJson(content) === canonicalJson(now)) return ok([]);
      return ok([{ type: "m.room.member", sender: user, stateKey: user, content }]);
    });
    if (!told.ok && told.error.code !== "M_FORBIDDEN") throw new Error("a profile could not be written into a room");
  }

  #remember(user: UserId, fields: Readonly<Record<string, unknown>>): void {
    this.#known.delete(user);
    this.#known.set(user, fields);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= this.#core.options.limits.maxPeopleInMemory) return;
      this.#known.delete(oldest);
    }
  }
}

/** Names and pictures are texts; what is too long or of another form is refused by name (client-server API, "Profiles"). */
function faultOf(field: string, value: unknown): Result<never> | undefined {
  const most = field === "displayname" ? MAX_NAME : field === "avatar_url" ? MAX_URL : undefined;
  if (most === undefined || isNothing(field, value)) return undefined;
  if (typeof value !== "string") return failure("M_BAD_JSON", `body \`${field}\`: is not a text`);
  return value.length > most
    ? failure("M_INVALID_PARAM", `body \`${field}\`: is longer than ${most} characters`)
    : undefined;
}

/** An empty name or picture, or `null`, is none. */
function isNothing(field: string, value: unknown): boolean {
  if (value === undefined) return true;
  return (field === "displayname" || field === "avatar_url") && (value === null || value === "");
}
