import type { EventId, RoomId, UserId } from "@causeway/base";
import { creatorsOf, recordIn, roomVersion, type Content, type RoomVersion } from "@causeway/matrix-events";
import { lookupIn } from "./compose.ts";
import type { Draft } from "./draft.ts";
import { memberContent, type Profile } from "./member-content.ts";
import type { Room } from "./room.ts";

/** What somebody wants a room to be replaced by. */
export interface UpgradeWish {
  readonly by: UserId;
  readonly profile: Profile;
  readonly version: RoomVersion;
  readonly additionalCreators: readonly UserId[];
}

/** State that goes on as it is (client-server API, "Room upgrades"); the label decides who may be in the room at all. */
const COPIED = [
  "m.room.server_acl",
  "m.room.encryption",
  "m.room.name",
  "m.room.avatar",
  "m.room.topic",
  "m.room.guest_access",
  "m.room.history_visibility",
  "m.room.join_rules",
  "m.room.canonical_alias",
  "org.causeway.label",
];
/** What an upgrade needs: above every level where creators stand above all levels. */
const TOMBSTONE = "m.room.tombstone";

/**
 * The events of the room that replaces another: its creator comes in, then everything is set while the creator alone has power,
 * and the levels come last, so that they cannot keep the creator from it.
 */
export function replacementOf(old: Room, wish: UpgradeWish, tombstone: EventId | undefined): readonly Draft[] {
  const state = (type: string, content: Content, stateKey = ""): Draft => ({
    type,
    sender: wish.by,
    stateKey,
    content,
  });
  const drafts = [
    state("m.room.create", createContent(old, wish, tombstone)),
    state("m.room.member", { ...memberContent("join", wish.profile) }, wish.by),
  ];
  for (const type of COPIED) {
    const content = old.entry(type, "")?.content;
    if (content !== undefined) drafts.push(state(type, content));
  }
  for (const entry of old.entriesAt(Number.MAX_SAFE_INTEGER, "m.space.child")) {
    if (Array.isArray(entry.content["via"])) drafts.push(state("m.space.child", entry.content, entry.event.stateKey));
  }
  for (const entry of old.entriesAt(Number.MAX_SAFE_INTEGER, "m.room.member")) {
    const { membership, reason } = entry.content;
    if (membership !== "ban") continue;
    const content = { membership, ...(typeof reason === "string" ? { reason } : {}) };
    drafts.push(state("m.room.member", content, entry.event.stateKey));
  }
  drafts.push(state("m.room.power_levels", levelsFor(old, wish)));
  return drafts;
}

function createContent(old: Room, wish: UpgradeWish, tombstone: EventId | undefined): Content {
  const { type, "m.federate": federate } = old.entry("m.room.create", "")?.content ?? {};
  const { version, additionalCreators: additional } = wish;
  return {
    ...(typeof type === "string" ? { type } : {}),
    ...(federate === undefined ? {} : { "m.federate": federate }),
    ...(version.senderIsCreator ? {} : { creator: wish.by }),
    room_version: version.id,
    predecessor: { room_id: old.id, ...(tombstone === undefined ? {} : { event_id: tombstone }) },
    ...(version.createEventIsRoom && additional.length > 0 ? { additional_creators: [...new Set(additional)] } : {}),
  };
}

/** The old levels, without those who stand above all levels in the new version, and with those who did in the old one. */
function levelsFor(old: Room, wish: UpgradeWish): Content {
  const before = old.entry("m.room.power_levels", "")?.content ?? {};
  const users: Record<string, unknown> = { ...recordIn(before, "users") };
  const events = { ...recordIn(before, "events") };
  const needed = events[TOMBSTONE];
  const rules = roomVersion(old.version);
  const stoodAbove = rules?.createEventIsRoom === true ? creatorsOf(rules, lookupIn(old)("m.room.create", "")) : [];
  for (const creator of stoodAbove) users[creator] = 100;
  if (!wish.version.createEventIsRoom) {
    if (Object.keys(users).length === 0) users[wish.by] = 100;
    if (typeof needed === "number" && needed > 100) events[TOMBSTONE] = 100;
    return { ...before, users, events };
  }
  for (const creator of [wish.by, ...wish.additionalCreators]) delete users[creator];
  const stateDefault = typeof before["state_default"] === "number" ? before["state_default"] : 50;
  if (typeof needed !== "number" || needed <= Math.max(stateDefault, 100))
    events[TOMBSTONE] = Math.max(150, stateDefault + 1);
  return { ...before, users, events };
}

/** What is said in the old room: where it goes on, and, as far as the one who upgrades may, that nobody speaks there any more. */
export function tombstoneOf(by: UserId, replacement: RoomId): Draft {
  return {
    type: TOMBSTONE,
    sender: by,
    stateKey: "",
    content: { body: "This room has been replaced.", replacement_room: replacement },
  };
}

/** The events that close the old room; each alone may be refused to somebody with too little power. */
export function closingOf(old: Room, by: UserId): readonly Draft[] {
  const levels = old.entry("m.room.power_levels", "")?.content ?? {};
  const byDefault = typeof levels["users_default"] === "number" ? levels["users_default"] : 0;
  const least = Math.max(50, byDefault + 1);
  const raised = (value: unknown): number => (typeof value === "number" && value > least ? value : least);
  const content = { ...levels, events_default: raised(levels["events_default"]), invite: raised(levels["invite"]) };
  const drafts: Draft[] = [{ type: "m.room.power_levels", sender: by, stateKey: "", content }];
  if (old.entry("m.room.canonical_alias", "") !== undefined)
    drafts.push({ type: "m.room.canonical_alias", sender: by, stateKey: "", content: {} });
  return drafts;
}
