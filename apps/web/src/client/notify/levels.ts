import { doesNotify, type PushRule, type Ruleset } from "@causeway/matrix-push-rules";

/** What somebody is told of: every message, only what calls them or holds one of their words, or nothing. */
export type Level = "all" | "mentions" | "none";
/** Rooms of two people, and all others: push rules tell them apart so. */
export type RoomKind = "direct" | "rooms";

/** What somebody wants to be told of, as their push rules say it. */
export interface Levels {
  /** Off: nothing at all, whatever else is said here. */
  readonly on: boolean;
  readonly direct: Level;
  readonly rooms: Level;
  /** Rooms that are to be otherwise. */
  readonly ofRooms: ReadonlyMap<string, Level>;
  readonly mentions: boolean;
  readonly atRoom: boolean;
  readonly invitations: boolean;
  readonly keywords: readonly string[];
}

export const MASTER = ".m.rule.master";
export const INVITATIONS = ".m.rule.invite_for_me";
/** Calls by name: in the event, and in the text for clients that do not write it into the event. */
export const MENTIONS = [
  ["override", ".m.rule.is_user_mention"],
  ["override", ".m.rule.contains_display_name"],
  ["content", ".m.rule.contains_user_name"],
] as const;
export const AT_ROOM = [
  ["override", ".m.rule.is_room_mention"],
  ["override", ".m.rule.roomnotif"],
] as const;
/** The default rules of messages: as they lie, and encrypted. */
export const MESSAGES = {
  direct: [".m.rule.room_one_to_one", ".m.rule.encrypted_room_one_to_one"],
  rooms: [".m.rule.message", ".m.rule.encrypted"],
} as const;

/** The id of our rule that silences messages of a kind of room. */
export function silentId(kind: RoomKind, which: "plain" | "encrypted"): string {
  return `org.causeway.silent.${kind}.${which}`;
}

/** Reads what push rules say, whichever client wrote them. */
export function levelsOf(rules: Ruleset): Levels {
  const isOn = (kind: "override" | "content", id: string): boolean =>
    rules[kind].some((rule) => rule.rule_id === id && tells(rule));
  return {
    on: !rules.override.some((rule) => rule.rule_id === MASTER && rule.enabled),
    direct: levelOfKind(rules, "direct"),
    rooms: levelOfKind(rules, "rooms"),
    ofRooms: new Map([...roomRules(rules), ...mutedRooms(rules)]),
    mentions: MENTIONS.some(([kind, id]) => isOn(kind, id)),
    atRoom: AT_ROOM.some(([kind, id]) => isOn(kind, id)),
    invitations: isOn("override", INVITATIONS),
    keywords: keywordRules(rules).flatMap((rule) => (tells(rule) ? (rule.pattern ?? []) : [])),
  };
}

function tells(rule: PushRule): boolean {
  return rule.enabled && doesNotify(rule.actions);
}

function levelOfKind(rules: Ruleset, kind: RoomKind): Level {
  if (rules.override.some((rule) => rule.rule_id === silentId(kind, "plain") && rule.enabled)) return "none";
  const own = rules.underride.filter((rule) => MESSAGES[kind].some((id) => id === rule.rule_id) && rule.enabled);
  // Where the rules of two people are off, those of all rooms are reached.
  if (own.length === 0) return kind === "direct" ? levelOfKind(rules, "rooms") : "mentions";
  return own.some(tells) ? "all" : "mentions";
}

function roomRules(rules: Ruleset): readonly (readonly [string, Level])[] {
  return rules.room
    .filter((rule) => rule.enabled)
    .map((rule) => [rule.rule_id, doesNotify(rule.actions) ? "all" : "mentions"] as const);
}

function mutedRooms(rules: Ruleset): readonly (readonly [string, Level])[] {
  return rules.override.filter((rule) => rule.enabled && isMute(rule)).map((rule) => [rule.rule_id, "none"] as const);
}

/** Whether a rule silences one room altogether, as clients write it. */
export function isMute({ rule_id: id, actions, conditions = [] }: PushRule): boolean {
  const [condition, more] = conditions;
  if (doesNotify(actions) || more !== undefined || condition === undefined) return false;
  return condition.kind === "event_match" && condition.key === "room_id" && condition.pattern === id;
}

/** The rules of somebody's own words; a silent one of another client is none. */
export function keywordRules(rules: Ruleset): readonly PushRule[] {
  return rules.content.filter((rule) => !rule.default && doesNotify(rule.actions));
}

/** The longest word that can be looked for, in characters. */
export const MAX_KEYWORD = 100;
/** So many words one may have. */
export const MAX_KEYWORDS = 50;

/** A word as it is looked for: one line, no space at its ends; undefined when nothing is left or it is too long. */
export function parseKeyword(text: string): string | undefined {
  const word = text.replaceAll(/\s+/g, " ").trim().normalize("NFC");
  return word === "" || word.length > MAX_KEYWORD ? undefined : word;
}
