import type { AuthEvent, Content, StateLookup } from "./event.ts";
import type { RoomVersion } from "./room-versions.ts";

/** Stands above every level: the creators of room version 12. */
export const ABOVE_ALL: number = Number.POSITIVE_INFINITY;

/** Reads a level: an integer, or in older versions text that is one. */
export function levelOf(version: RoomVersion, value: unknown): number | undefined {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  if (version.integerLevels || typeof value !== "string" || !/^\s*[+-]?[0-9]{1,15}\s*$/.test(value)) return undefined;
  return Number(value);
}

/** A member of a content that is an object, or an empty one. */
export function recordIn(content: Content | undefined, key: string): Readonly<Record<string, unknown>> {
  const value = content?.[key];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The creators who count: in version 12 the sender of the create event and `additional_creators`; before it the one creator. */
export function creatorsOf(version: RoomVersion, create: AuthEvent | undefined): readonly string[] {
  if (create === undefined) return [];
  if (!version.senderIsCreator) {
    const creator = create.content["creator"];
    return typeof creator === "string" ? [creator] : [];
  }
  const additional = version.createEventIsRoom ? create.content["additional_creators"] : undefined;
  const others = Array.isArray(additional) ? additional.filter((user) => typeof user === "string") : [];
  return [create.sender, ...others];
}

/** A room's levels, read from its state. */
export class PowerLevels {
  readonly #version: RoomVersion;
  readonly #content: Content | undefined;
  readonly #creators: readonly string[];

  constructor(version: RoomVersion, state: StateLookup) {
    this.#version = version;
    this.#content = state("m.room.power_levels", "")?.content;
    this.#creators = creatorsOf(version, state("m.room.create", ""));
  }

  /** Somebody's power. */
  of(user: string): number {
    const isCreator = this.#creators.includes(user);
    if (isCreator && this.#version.createEventIsRoom) return ABOVE_ALL;
    if (this.#content === undefined) return isCreator ? 100 : 0;
    const users = this.#content["users"];
    const own: unknown =
      typeof users === "object" && users !== null && Object.hasOwn(users, user) ? Reflect.get(users, user) : undefined;
    return levelOf(this.#version, own) ?? this.#named("users_default", 0);
  }

  /** The power that an action needs. */
  needed(action: "invite" | "kick" | "ban" | "redact"): number {
    return this.#named(action, action === "invite" ? 0 : 50);
  }

  /** The power that an event of a type needs. */
  toSend(type: string, isState: boolean): number {
    const events = this.#content?.["events"];
    const own: unknown =
      typeof events === "object" && events !== null && Object.hasOwn(events, type)
        ? Reflect.get(events, type)
        : undefined;
    const level = levelOf(this.#version, own);
    if (level !== undefined) return level;
    if (!isState) return this.#named("events_default", 0);
    return this.#named("state_default", this.#content === undefined ? 0 : 50);
  }

  /** The power that calling the whole room by name needs. */
  toNotify(): number {
    return levelOf(this.#version, recordIn(this.#content, "notifications")["room"]) ?? 50;
  }

  #named(name: string, fallback: number): number {
    return levelOf(this.#version, this.#content?.[name]) ?? fallback;
  }
}
