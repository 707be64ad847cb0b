import type { AuthEvent, Content, StateLookup } from "./event.ts";
import { serverOf } from "./id-text.ts";
import type { RoomVersion } from "./room-versions.ts";

/** Stands above every level: the creators of room version 12. */
export const ABOVE_ALL: number = Number.POSITIVE_INFINITY;

const INTEGER_TEXT = /^\s*[+-]?[0-9]+\s*$/;

/** Reads a level: an integer; in older versions also text that is one, and in the oldest a fraction, which is cut off. */
export function levelOf(version: RoomVersion, value: unknown): number | undefined {
  if (typeof value === "number") {
    const level = version.fractionLevels ? Math.trunc(value) : value;
    return Number.isSafeInteger(level) ? level : undefined;
  }
  if (version.integerLevels || typeof value !== "string" || !INTEGER_TEXT.test(value)) return undefined;
  const level = Number(value);
  return Number.isSafeInteger(level) ? level : undefined;
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const NOTHING: Readonly<Record<string, unknown>> = Object.freeze({});

/** A member of a content that is an object, or an empty one. */
export function recordIn(content: Content | undefined, key: string): Readonly<Record<string, unknown>> {
  const value = content?.[key];
  return isRecord(value) ? value : NOTHING;
}

/** A member that an object has itself. */
function own(object: unknown, key: string): unknown {
  return isRecord(object) && Object.hasOwn(object, key) ? object[key] : undefined;
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

/** A room's levels, read from its state (client-server API, `m.room.power_levels`, with its defaults). */
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
    return levelOf(this.#version, own(this.#content["users"], user)) ?? this.#named("users_default", 0);
  }

  /** The power that an action needs. */
  needed(action: "invite" | "kick" | "ban" | "redact"): number {
    return this.#named(action, action === "invite" ? 0 : 50);
  }

  /** The power that an event of a type needs. */
  toSend(type: string, isState: boolean): number {
    const level = levelOf(this.#version, own(this.#content?.["events"], type));
    return level ?? (isState ? this.#named("state_default", 50) : this.#named("events_default", 0));
  }

  /** The power that notifying in a way needs; `room` calls the whole room by name. */
  toNotify(key: string): number {
    return levelOf(this.#version, own(this.#content?.["notifications"], key)) ?? 50;
  }

  /** Whether a redaction that passed the rules takes effect (room version 3, "Handling redactions"). */
  mayRedact(redaction: Pick<AuthEvent, "sender">, target: Pick<AuthEvent, "sender">): boolean {
    return this.of(redaction.sender) >= this.needed("redact") || serverOf(redaction.sender) === serverOf(target.sender);
  }

  #named(name: string, fallback: number): number {
    return levelOf(this.#version, this.#content?.[name]) ?? fallback;
  }
}
