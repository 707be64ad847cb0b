import {
  doesNotify,
  type PushAction,
  type PushCondition,
  type PushRule,
  type RuleKind,
  type Ruleset,
} from "@causeway/matrix-push-rules";
import {
  AT_ROOM,
  INVITATIONS,
  isMute,
  keywordRules,
  levelsOf,
  MASTER,
  MENTIONS,
  MESSAGES,
  silentId,
  type Levels,
  type RoomKind,
} from "./levels.ts";

/** A step on the way to other push rules. A new rule stands behind the one that is named, or before all others of its kind. */
export type RuleChange =
  | { readonly do: "put"; readonly kind: RuleKind; readonly rule: PushRule; readonly after?: string }
  | { readonly do: "remove"; readonly kind: RuleKind; readonly id: string }
  | { readonly do: "enable"; readonly kind: RuleKind; readonly id: string; readonly enabled: boolean }
  | { readonly do: "act"; readonly kind: RuleKind; readonly id: string; readonly actions: readonly PushAction[] };

const NOTIFY: readonly PushAction[] = ["notify"];
const LOUD: readonly PushAction[] = ["notify", { set_tweak: "sound", value: "default" }];
const CALL: readonly PushAction[] = [...LOUD, { set_tweak: "highlight" }];

/** What has to be done to push rules so that they say what somebody wants. Rules of other clients that say something else stay. */
export function changesTo(rules: Ruleset, wanted: Levels, user: string): readonly RuleChange[] {
  return [...defaultChanges(rules, wanted), ...ownChanges(rules, ownRules(wanted, user, rules))];
}

/** Switches of the rules that everybody has. One that is as it should be is left alone. */
function defaultChanges(rules: Ruleset, wanted: Levels): readonly RuleChange[] {
  const now = levelsOf(rules);
  const has = (kind: RuleKind, id: string): boolean => rules[kind].some((rule) => rule.rule_id === id);
  const enable = (kind: RuleKind, id: string, enabled: boolean): readonly RuleChange[] =>
    has(kind, id) ? [{ do: "enable", kind, id, enabled }] : [];
  const act = (kind: RuleKind, id: string, actions: readonly PushAction[]): readonly RuleChange[] =>
    has(kind, id) ? [...enable(kind, id, true), { do: "act", kind, id, actions }] : [];
  /** One that was silenced by its actions, as other clients do it, speaks again. */
  const tell = (kind: RuleKind, id: string, isOn: boolean): readonly RuleChange[] =>
    isOn && rules[kind].some((rule) => rule.rule_id === id && !doesNotify(rule.actions))
      ? act(kind, id, CALL)
      : enable(kind, id, isOn);
  const changes: RuleChange[] = [];
  if (now.on !== wanted.on) changes.push(...enable("override", MASTER, !wanted.on));
  if (now.mentions !== wanted.mentions)
    for (const [kind, id] of MENTIONS) changes.push(...tell(kind, id, wanted.mentions));
  if (now.atRoom !== wanted.atRoom) for (const [kind, id] of AT_ROOM) changes.push(...tell(kind, id, wanted.atRoom));
  if (now.invitations !== wanted.invitations) changes.push(...tell("override", INVITATIONS, wanted.invitations));
  for (const kind of ["direct", "rooms"] as const) {
    if (now[kind] === wanted[kind] && !followsOther(rules, kind)) continue;
    const actions = wanted[kind] === "all" ? (kind === "direct" ? LOUD : NOTIFY) : [];
    for (const id of MESSAGES[kind]) changes.push(...act("underride", id, actions));
  }
  return changes;
}

/** Whether rooms of two people have no rule of their own that is on: what is said of the others would change them. */
function followsOther(rules: Ruleset, kind: RoomKind): boolean {
  if (kind === "rooms") return false;
  const own = rules.underride.filter(({ rule_id: id }) => MESSAGES.direct.some((known) => known === id));
  return own.length > 0 && own.every(({ enabled }) => !enabled);
}

interface OwnRule {
  readonly kind: RuleKind;
  readonly rule: PushRule;
}

function own(kind: RuleKind, id: string, more: Pick<PushRule, "actions" | "conditions" | "pattern">): OwnRule {
  return { kind, rule: { rule_id: id, default: false, enabled: true, ...more } };
}

const match = (key: string, pattern: string): PushCondition => ({ kind: "event_match", key, pattern });

/**
 * The rules that are our own, the first to be tried in front. Where nothing is to be told of a kind of room, its messages meet a silent
 * rule before any call by name; a room that is to be heard all the same has its rules in front of that one.
 */
function ownRules(wanted: Levels, user: string, now: Ruleset): readonly OwnRule[] {
  const { ofRooms } = wanted;
  const isAnySilent = wanted.direct === "none" || wanted.rooms === "none";
  const rules: OwnRule[] = [];
  for (const [room, level] of ofRooms) {
    if (level === "none") rules.push(own("override", room, { actions: [], conditions: [match("room_id", room)] }));
  }
  for (const [room, level] of ofRooms) {
    if (level !== "none" && isAnySilent) rules.push(...heardRules(room, { ...wanted, level }, user));
  }
  for (const kind of ["direct", "rooms"] as const) if (wanted[kind] === "none") rules.push(...silentRules(kind));
  const known = new Map(keywordRules(now).map((rule) => [rule.pattern, rule]));
  for (const word of wanted.keywords) {
    const rule = known.get(word);
    rules.push(own("content", rule?.rule_id ?? idOfWord(word), { actions: rule?.actions ?? CALL, pattern: word }));
  }
  for (const [room, level] of ofRooms)
    if (level !== "none") rules.push(own("room", room, { actions: level === "all" ? LOUD : [] }));
  return rules;
}

/** Ids hold no slashes and begin with no dot. */
function idOfWord(word: string): string {
  return /^\.|[/\\]/.test(word) ? `org.causeway.word.${word.replaceAll("/", "⁄").replaceAll("\\", "⧵")}` : word;
}

function silentRules(kind: RoomKind): readonly OwnRule[] {
  const people: PushCondition = { kind: "room_member_count", is: kind === "direct" ? "2" : ">2" };
  const types = { plain: "m.room.message", encrypted: "m.room.encrypted" };
  return (["plain", "encrypted"] as const).map((which) =>
    own("override", silentId(kind, which), { actions: [], conditions: [people, match("type", types[which])] }),
  );
}

/** What the default rules would do for one room, in front of the silent rule. */
function heardRules(
  room: string,
  wanted: Levels & { readonly level: "all" | "mentions" },
  user: string,
): readonly OwnRule[] {
  const inRoom = match("room_id", room);
  const heard = (what: string, actions: readonly PushAction[], conditions: readonly PushCondition[]): OwnRule =>
    own("override", `${HEARD}${what}.${room}`, { actions, conditions: [inRoom, ...conditions] });
  const rules = [
    heard("notices", [], [match("content.msgtype", "m.notice")]),
    heard("edits", [], [{ kind: "event_property_is", key: "content.m\\.relates_to.rel_type", value: "m.replace" }]),
  ];
  if (wanted.mentions)
    rules.push(
      heard("name", CALL, [{ kind: "event_property_contains", key: "content.m\\.mentions.user_ids", value: user }]),
    );
  if (wanted.atRoom)
    rules.push(
      heard(
        "everybody",
        ["notify", { set_tweak: "highlight" }],
        [
          { kind: "event_property_is", key: "content.m\\.mentions.room", value: true },
          { kind: "sender_notification_permission", key: "room" },
        ],
      ),
    );
  wanted.keywords.forEach((word, index) => rules.push(heard(`word${index}`, CALL, [match("content.body", word)])));
  if (wanted.level === "all")
    rules.push(
      heard("plain", LOUD, [match("type", "m.room.message")]),
      heard("encrypted", LOUD, [match("type", "m.room.encrypted")]),
    );
  return rules;
}

const HEARD = "org.causeway.heard.";

/** Whether the place of a rule among the others of ours matters. */
function isChained(id: string): boolean {
  return id.startsWith("org.causeway.");
}

/** Whether a rule is one that `ownRules` answers for. */
function isOurs(kind: RuleKind, rule: PushRule): boolean {
  if (rule.default) return false;
  if (kind === "override" && isChained(rule.rule_id)) return true;
  // What another client has switched off is its own affair.
  if (!rule.enabled) return false;
  return kind === "override" ? isMute(rule) : kind === "room" || (kind === "content" && doesNotify(rule.actions));
}

/** Puts what is missing where it belongs, and then takes away what is too much. */
function ownChanges(rules: Ruleset, wanted: readonly OwnRule[]): readonly RuleChange[] {
  const changes: RuleChange[] = [];
  let before: string | undefined;
  for (const { kind, rule } of wanted) {
    const id = rule.rule_id;
    const place = kind === "override" && isChained(id) && before !== undefined ? { after: before } : {};
    if (kind === "override" && isChained(id)) before = id;
    const present = rules[kind].find((one) => one.rule_id === id);
    if (present === undefined || !isSame(kind, present, rule)) changes.push({ do: "put", kind, rule, ...place });
    if (present?.enabled === false) changes.push({ do: "enable", kind, id, enabled: true });
  }
  for (const kind of ["override", "content", "room"] as const) {
    for (const rule of rules[kind]) {
      const isWanted = wanted.some((one) => one.kind === kind && one.rule.rule_id === rule.rule_id);
      if (isOurs(kind, rule) && !isWanted) changes.push({ do: "remove", kind, id: rule.rule_id });
    }
  }
  return changes;
}

/** Whether two rules do the same; a room's rule of another client may sound otherwise. */
function isSame(kind: RuleKind, left: PushRule, right: PushRule): boolean {
  if (kind === "room") return doesNotify(left.actions) === doesNotify(right.actions);
  const parts = ({ actions, conditions, pattern }: PushRule): string =>
    JSON.stringify([actions, conditions ?? [], pattern ?? ""]);
  return parts(left) === parts(right);
}
