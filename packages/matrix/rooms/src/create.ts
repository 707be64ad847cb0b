import { failure, ok, parseRoomAlias, type Result, type RoomAlias, type RoomId, type UserId } from "@causeway/base";
import type { createRoom, InputOf } from "@causeway/contract";
import type { Content } from "@causeway/matrix-events";
import type { Draft } from "./draft.ts";
import { memberContent, type Profile } from "./member-content.ts";

/** What a client asks for. */
export type CreateRequest = InputOf<typeof createRoom>["body"];

/** What the server adds to a request. */
export interface CreateSettings {
  readonly serverName: string;
  readonly defaultVersion: string;
  readonly knowsVersion: (version: string) => boolean;
  /** Whether a version's creators stand above all power levels (room version 12). */
  readonly creatorsAreAbove: (version: string) => boolean;
}

/** A room that can be made: its version, its first events in order, and its alias. */
export interface PlannedRoom {
  readonly version: string;
  readonly drafts: readonly Draft[];
  readonly alias: RoomAlias | undefined;
  readonly published: boolean;
}

interface Preset {
  readonly joinRule: string;
  readonly historyVisibility: string;
  readonly guestAccess: string;
  readonly everybodyIsEqual: boolean;
}

/** The presets (client-server API, "Creation"). */
const PRESETS: Readonly<Record<"private_chat" | "trusted_private_chat" | "public_chat", Preset>> = {
  private_chat: { joinRule: "invite", historyVisibility: "shared", guestAccess: "can_join", everybodyIsEqual: false },
  trusted_private_chat: {
    joinRule: "invite",
    historyVisibility: "shared",
    guestAccess: "can_join",
    everybodyIsEqual: true,
  },
  public_chat: { joinRule: "public", historyVisibility: "shared", guestAccess: "forbidden", everybodyIsEqual: false },
};

/** Turns a request into the events of a new room, in the order that the specification gives. */
export function planRoom(
  request: CreateRequest,
  people: { readonly creator: UserId; readonly profileOf: (user: UserId) => Profile },
  settings: CreateSettings,
): Result<PlannedRoom> {
  const version = request.room_version ?? settings.defaultVersion;
  if (!settings.knowsVersion(version)) return failure("M_UNSUPPORTED_ROOM_VERSION");
  if ((request.invite_3pid ?? []).length > 0) {
    return failure("M_THREEPID_DENIED", "Invitations by e-mail or telephone are not offered here.");
  }
  const alias = aliasOf(request.room_alias_name, settings.serverName);
  if (!alias.ok) return alias;
  const plan = new Plan(request, people.creator, { version, above: settings.creatorsAreAbove(version) });
  plan.create();
  plan.state("m.room.member", { ...memberContent("join", people.profileOf(people.creator)) }, people.creator);
  plan.powerLevels();
  if (alias.value !== undefined) plan.state("m.room.canonical_alias", { alias: alias.value });
  plan.preset();
  plan.initialState();
  if (request.name !== undefined) plan.state("m.room.name", { name: request.name });
  if (request.topic !== undefined) plan.topic(request.topic);
  for (const user of new Set(request.invite ?? [])) {
    const extra = request.is_direct === true ? { is_direct: true } : {};
    plan.state("m.room.member", { ...memberContent("invite", people.profileOf(user)), ...extra }, user);
  }
  return ok({ version, drafts: plan.drafts, alias: alias.value, published: request.visibility === "public" });
}

function aliasOf(name: string | undefined, serverName: string): Result<RoomAlias | undefined> {
  if (name === undefined) return ok(undefined);
  const alias = name === "" || name.includes(":") ? undefined : parseRoomAlias(`#${name}:${serverName}`);
  return alias === undefined
    ? failure("M_INVALID_PARAM", "body `room_alias_name`: not a valid localpart of an alias")
    : ok(alias);
}

class Plan {
  readonly drafts: Draft[] = [];
  #request: CreateRequest;
  #creator: UserId;
  #version: { readonly version: string; readonly above: boolean };
  #preset: Preset;

  constructor(request: CreateRequest, creator: UserId, version: { readonly version: string; readonly above: boolean }) {
    this.#request = request;
    this.#creator = creator;
    this.#version = version;
    this.#preset = PRESETS[request.preset ?? (request.visibility === "public" ? "public_chat" : "private_chat")];
  }

  state(type: string, content: Content, stateKey = ""): void {
    this.drafts.push({ type, sender: this.#creator, content, stateKey });
  }

  create(): void {
    const asked = { ...this.#request.creation_content };
    delete asked["creator"];
    const { version, above } = this.#version;
    const trusted = this.#preset.everybodyIsEqual && above ? (this.#request.invite ?? []) : [];
    const given = Array.isArray(asked["additional_creators"]) ? asked["additional_creators"] : [];
    const additional = [...new Set<unknown>([...given, ...trusted])];
    this.state("m.room.create", {
      ...asked,
      ...(Number(version) < 11 ? { creator: this.#creator } : {}),
      room_version: version,
      ...(above && additional.length > 0 ? { additional_creators: additional } : {}),
    });
  }

  powerLevels(): void {
    const { above } = this.#version;
    const users: Record<string, number> = above ? {} : { [this.#creator]: 100 };
    if (this.#preset.everybodyIsEqual && !above) for (const user of this.#request.invite ?? []) users[user] = 100;
    this.state("m.room.power_levels", {
      users,
      users_default: 0,
      events: {
        "m.room.name": 50,
        "m.room.avatar": 50,
        "m.room.canonical_alias": 50,
        "m.room.power_levels": 100,
        "m.room.history_visibility": 100,
        "m.room.encryption": 100,
        "m.room.server_acl": 100,
        // Upgrades end the room for everybody: with creators above all levels, only they may.
        "m.room.tombstone": above ? 150 : 100,
      },
      events_default: 0,
      state_default: 50,
      ban: 50,
      kick: 50,
      redact: 50,
      invite: 0,
      historical: 100,
      notifications: { room: 50 },
      ...this.#request.power_level_content_override,
    });
  }

  #given(type: string): boolean {
    return (this.#request.initial_state ?? []).some((event) => event.type === type && event.state_key === "");
  }

  preset(): void {
    const { joinRule, historyVisibility, guestAccess } = this.#preset;
    if (!this.#given("m.room.join_rules")) this.state("m.room.join_rules", { join_rule: joinRule });
    if (!this.#given("m.room.history_visibility"))
      this.state("m.room.history_visibility", { history_visibility: historyVisibility });
    if (!this.#given("m.room.guest_access")) this.state("m.room.guest_access", { guest_access: guestAccess });
  }

  initialState(): void {
    for (const event of this.#request.initial_state ?? []) this.state(event.type, event.content, event.state_key);
  }

  topic(topic: string): void {
    this.state("m.room.topic", { topic, "m.topic": { "m.text": [{ body: topic, mimetype: "text/plain" }] } });
  }
}

/** What a room made from a plan is called by its id in answers. */
export interface CreatedRoom {
  readonly room_id: RoomId;
}
