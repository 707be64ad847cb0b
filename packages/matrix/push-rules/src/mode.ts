import { doesNotify } from "./evaluate.ts";
import type { PushRule, Ruleset } from "./rules.ts";

/** What counts as unread in a room for a person: every message, only calls by name, or nothing. */
export type NotificationMode = "all" | "highlights" | "none";

function notifies(rule: PushRule): boolean {
  return rule.actions.includes("notify");
}

/** Whether a rule is about exactly one room, as clients write it to mute a room. */
function mutes(rule: PushRule, roomId: string): boolean {
  const [condition, more] = rule.conditions ?? [];
  return (
    more === undefined &&
    condition?.kind === "event_match" &&
    condition.key === "room_id" &&
    condition.pattern === roomId &&
    !notifies(rule)
  );
}

/**
 * Reduces a person's rules to what unread counts of a room need. Muted by an override of the room: nothing counts. A rule of the
 * room that does not notify, or messages switched off altogether: only calls by name. Rules that look at senders or content beyond
 * that are applied by the clients, which see what is encrypted.
 */
export function notificationModeFor(rules: Ruleset, roomId: string, isDirect: boolean): NotificationMode {
  const master = rules.override.find((rule) => rule.rule_id === ".m.rule.master");
  if (master?.enabled === true) return "none";
  if (rules.override.some((rule) => rule.enabled && mutes(rule, roomId))) return "none";
  const room = rules.room.find((rule) => rule.rule_id === roomId && rule.enabled);
  if (room !== undefined) return notifies(room) ? "all" : "highlights";
  const names = isDirect ? [".m.rule.room_one_to_one", ".m.rule.message"] : [".m.rule.message"];
  return rules.underride.some((rule) => names.includes(rule.rule_id) && rule.enabled && notifies(rule))
    ? "all"
    : "highlights";
}

/** Default rules that must be as they are for messages to be counted without looking at each. */
const SUPPRESSING = [".m.rule.suppress_notices", ".m.rule.suppress_edits", ".m.rule.reaction", ".m.rule.member_event"];
const NOTIFYING = [
  [".m.rule.message", ".m.rule.encrypted"],
  [".m.rule.room_one_to_one", ".m.rule.encrypted_room_one_to_one"],
] as const;

/**
 * Whether `notificationModeFor` says all there is to say of a room for a person. Rules about senders, silent words, and own
 * conditions do not fit into it: then each unread event has to be shown to the rules.
 */
export function fitsMode(rules: Ruleset): boolean {
  const own = (list: readonly PushRule[]): readonly PushRule[] => list.filter((rule) => !rule.default && rule.enabled);
  if (own(rules.sender).length > 0 || own(rules.underride).length > 0) return false;
  if (own(rules.content).some((rule) => !notifies(rule))) return false;
  if (own(rules.override).some((rule) => !mutes(rule, rule.conditions?.[0]?.pattern ?? ""))) return false;
  if (!SUPPRESSING.every((id) => rules.override.some((rule) => rule.rule_id === id && rule.enabled && !notifies(rule))))
    return false;
  const isOn = (id: string): boolean =>
    rules.underride.some((rule) => rule.rule_id === id && rule.enabled && doesNotify(rule.actions));
  return NOTIFYING.every(([plain, encrypted]) => isOn(plain) === isOn(encrypted));
}
