/** A condition of a push rule (client-server API, "Push rules: conditions"). */
export interface PushCondition {
  readonly kind: string;
  readonly key?: string;
  readonly pattern?: string;
  readonly value?: unknown;
  readonly is?: string;
}

/** What a rule does: `notify`, or a tweak. */
export type PushAction = string | { readonly set_tweak: string; readonly value?: unknown };

/** A push rule as clients see it. */
export interface PushRule {
  readonly rule_id: string;
  readonly default: boolean;
  readonly enabled: boolean;
  readonly conditions?: readonly PushCondition[];
  readonly pattern?: string;
  readonly actions: readonly PushAction[];
}

/** The kinds of rules, in the order in which they are tried. */
export const ruleKinds = ["override", "content", "room", "sender", "underride"] as const;
/** One of `ruleKinds`. */
export type RuleKind = (typeof ruleKinds)[number];

/** All rules of a person, by kind, in order of priority. */
export type Ruleset = Readonly<Record<RuleKind, readonly PushRule[]>>;

const NOTIFY: readonly PushAction[] = ["notify"];
const LOUD: readonly PushAction[] = ["notify", { set_tweak: "sound", value: "default" }];
const HIGHLIGHT: readonly PushAction[] = [
  "notify",
  { set_tweak: "sound", value: "default" },
  { set_tweak: "highlight" },
];
const QUIET_HIGHLIGHT: readonly PushAction[] = ["notify", { set_tweak: "highlight" }];

function rule(
  id: string,
  conditions: readonly PushCondition[],
  actions: readonly PushAction[],
  enabled = true,
): PushRule {
  return { rule_id: id, default: true, enabled, conditions, actions };
}

const is = (key: string, value: unknown): PushCondition => ({ kind: "event_property_is", key, value });
const match = (key: string, pattern: string): PushCondition => ({ kind: "event_match", key, pattern });
const twoPeople: PushCondition = { kind: "room_member_count", is: "2" };

/** The rules that everybody begins with (client-server API, "Predefined rules"). */
export function defaultRuleset(user: string): Ruleset {
  const localpart = user.slice(1, user.indexOf(":"));
  return {
    override: [
      rule(".m.rule.master", [], [], false),
      rule(".m.rule.suppress_notices", [match("content.msgtype", "m.notice")], []),
      rule(
        ".m.rule.invite_for_me",
        [match("type", "m.room.member"), match("content.membership", "invite"), match("state_key", user)],
        LOUD,
      ),
      rule(".m.rule.member_event", [match("type", "m.room.member")], []),
      rule(
        ".m.rule.is_user_mention",
        [{ kind: "event_property_contains", key: "content.m\\.mentions.user_ids", value: user }],
        HIGHLIGHT,
      ),
      rule(".m.rule.contains_display_name", [{ kind: "contains_display_name" }], HIGHLIGHT),
      rule(
        ".m.rule.is_room_mention",
        [is("content.m\\.mentions.room", true), { kind: "sender_notification_permission", key: "room" }],
        QUIET_HIGHLIGHT,
      ),
      rule(
        ".m.rule.roomnotif",
        [match("content.body", "@room"), { kind: "sender_notification_permission", key: "room" }],
        QUIET_HIGHLIGHT,
      ),
      rule(".m.rule.tombstone", [match("type", "m.room.tombstone"), match("state_key", "")], QUIET_HIGHLIGHT),
      rule(".m.rule.reaction", [match("type", "m.reaction")], []),
      rule(".m.rule.room.server_acl", [match("type", "m.room.server_acl"), match("state_key", "")], []),
      rule(".m.rule.suppress_edits", [is("content.m\\.relates_to.rel_type", "m.replace")], []),
    ],
    content: [
      { rule_id: ".m.rule.contains_user_name", default: true, enabled: true, pattern: localpart, actions: HIGHLIGHT },
    ],
    room: [],
    sender: [],
    underride: [
      rule(".m.rule.call", [match("type", "m.call.invite")], ["notify", { set_tweak: "sound", value: "ring" }]),
      rule(".m.rule.encrypted_room_one_to_one", [twoPeople, match("type", "m.room.encrypted")], LOUD),
      rule(".m.rule.room_one_to_one", [twoPeople, match("type", "m.room.message")], LOUD),
      rule(".m.rule.message", [match("type", "m.room.message")], NOTIFY),
      rule(".m.rule.encrypted", [match("type", "m.room.encrypted")], NOTIFY),
    ],
  };
}
