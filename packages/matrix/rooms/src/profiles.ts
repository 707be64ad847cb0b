import { failure, ok, type Result, type UserId } from "@causeway/base";
import type { Content } from "@causeway/matrix-events";
import { memberContent, type Profile } from "./member-content.ts";
import type { RoomsCore } from "./rooms.ts";
import { profileFields, putProfileFields } from "./store-profiles.ts";

const MAX_FIELDS_BYTES = 65_536;

/** People's profiles: names from the directory, which nobody can change, and what people set themselves. */
export class Profiles {
  #core: RoomsCore;
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
    if (field === "displayname" && this.#core.options.names.displayNameOf(user) !== undefined) {
      return failure("M_FORBIDDEN", "Names come from the directory.");
    }
    const { [field]: before, ...others } = await profileFields(this.#core.options.db, user);
    const fields = value === undefined ? others : { ...others, [field]: value };
    if (JSON.stringify(fields).length > MAX_FIELDS_BYTES) return failure("M_TOO_LARGE", "The profile is too large.");
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
    for (const membership of [...(await this.#core.memberships.of(user)).values()]) {
      if (membership.membership !== "join") continue;
      const told = await this.#core.writer.append(membership.roomId, (room) => {
        const now: Content = room.entry("m.room.member", user)?.content ?? {};
        if (now["membership"] !== "join") return ok([]);
        const { displayname: _name, avatar_url: _picture, ...rest } = now;
        const content = { ...rest, ...memberContent("join", profile) };
        if (JSON.stringify(content) === JSON.stringify(now)) return ok([]);
        return ok([{ type: "m.room.member", sender: user, stateKey: user, content }]);
      });
      if (!told.ok && told.error.code !== "M_FORBIDDEN") throw new Error("a profile could not be written into a room");
    }
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
