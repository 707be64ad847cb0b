import { failure, ok, parseRoomId, parseUserId, type Result } from "@causeway/base";
import {
  defaultRuleset,
  ruleKinds,
  type PushAction,
  type PushCondition,
  type PushRule,
  type RuleKind,
  type Ruleset,
} from "./rules.ts";

/** A person's differences from the default rules: what is kept. */
export interface RuleChanges {
  /** Own rules, in order of priority. */
  readonly own: Readonly<Partial<Record<RuleKind, readonly PushRule[]>>>;
  /** Default rules that were switched, or act otherwise. */
  readonly defaults: Readonly<Record<string, { readonly enabled?: boolean; readonly actions?: readonly PushAction[] }>>;
}

/** Nobody has changed anything. */
export const noChanges: RuleChanges = { own: {}, defaults: {} };

/** A person's rules: their own before the defaults of each kind, `.m.rule.master` before all. */
export function rulesetOf(user: string, changes: RuleChanges): Ruleset {
  const defaults = defaultRuleset(user);
  const all = (kind: RuleKind): readonly PushRule[] => {
    const changed = defaults[kind].map((rule) => ({ ...rule, ...changes.defaults[rule.rule_id] }));
    const own = changes.own[kind] ?? [];
    const master = changed.filter((rule) => rule.rule_id === ".m.rule.master");
    return [...master, ...own, ...changed.filter((rule) => rule.rule_id !== ".m.rule.master")];
  };
  return {
    override: all("override"),
    content: all("content"),
    room: all("room"),
    sender: all("sender"),
    underride: all("underride"),
  };
}

/** Reads the name of a kind. */
export function parseKind(text: string): RuleKind | undefined {
  return ruleKinds.find((kind) => kind === text);
}

/** Finds a rule. */
export function findRule(rules: Ruleset, kind: RuleKind, id: string): PushRule | undefined {
  return rules[kind].find((rule) => rule.rule_id === id);
}

/** A rule that somebody wants to have. */
export interface RuleWish {
  readonly id: string;
  readonly actions: readonly PushAction[];
  readonly conditions?: readonly PushCondition[] | undefined;
  readonly pattern?: string | undefined;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

const MAX_OWN_RULES = 500;

/** Adds or replaces an own rule, at the place that is asked for (client-server API, "PUT /pushrules"). */
export function putRule(changes: RuleChanges, kind: RuleKind, wish: RuleWish): Result<RuleChanges> {
  const fault = faultOf(kind, wish);
  if (fault !== undefined) return failure("M_INVALID_PARAM", fault);
  const actions = knownActions(wish.actions);
  if (!actions.ok) return actions;
  const now = changes.own[kind] ?? [];
  const before = now.find((rule) => rule.rule_id === wish.id);
  const others = now.filter((rule) => rule.rule_id !== wish.id);
  if (others.length >= MAX_OWN_RULES) return failure("M_TOO_LARGE", "There are too many rules.");
  const rule: PushRule = {
    rule_id: wish.id,
    default: false,
    enabled: before?.enabled ?? true,
    actions: actions.value,
    ...(kind === "override" || kind === "underride" ? { conditions: wish.conditions ?? [] } : {}),
    ...(kind === "content" ? { pattern: wish.pattern ?? "" } : {}),
  };
  const place = placeOf(others, wish, now.indexOf(before ?? rule));
  if (place === undefined) return failure("M_NOT_FOUND", "There is no such rule to put it beside.");
  return ok({ ...changes, own: { ...changes.own, [kind]: [...others.slice(0, place), rule, ...others.slice(place)] } });
}

function faultOf(kind: RuleKind, wish: RuleWish): string | undefined {
  if (wish.id.startsWith(".") || /[/\\]/.test(wish.id) || wish.id === "" || wish.id.length > 255)
    return "The name of an own rule may not begin with a dot or hold slashes.";
  if (kind === "content" && (wish.pattern ?? "") === "") return "body `pattern`: is missing";
  if (kind === "room" && parseRoomId(wish.id) === undefined) return "The name of a rule of a room is the room's id.";
  if (kind === "sender" && parseUserId(wish.id) === undefined)
    return "The name of a rule of a sender is their user id.";
  if ([wish.before, wish.after].some((beside) => beside?.startsWith(".") === true))
    return "A rule cannot be put beside a default one.";
  return undefined;
}

/** Actions of earlier versions of the specification; they do nothing. */
const HISTORICAL = new Set<unknown>(["dont_notify", "coalesce"]);

/** The actions that do something; refused when there is one that is not known. */
function knownActions(given: readonly PushAction[]): Result<readonly PushAction[]> {
  const actions = given.filter((action) => !HISTORICAL.has(action));
  return actions.every((action) => action === "notify" || typeof action === "object")
    ? ok(actions)
    : failure("M_INVALID_PARAM", "body `actions`: one of them is not known");
}

function placeOf(others: readonly PushRule[], wish: RuleWish, present: number): number | undefined {
  const beside = wish.before ?? wish.after;
  if (beside === undefined) return Math.max(0, present);
  const index = others.findIndex((rule) => rule.rule_id === beside);
  if (index < 0) return undefined;
  return wish.before === undefined ? index + 1 : index;
}

/** Removes an own rule. */
export function removeRule(changes: RuleChanges, kind: RuleKind, id: string): Result<RuleChanges> {
  const now = changes.own[kind] ?? [];
  if (id.startsWith("."))
    return failure("M_INVALID_PARAM", "A default rule cannot be removed; it can be switched off.");
  if (!now.some((rule) => rule.rule_id === id)) return failure("M_NOT_FOUND", "There is no such rule.");
  return ok({ ...changes, own: { ...changes.own, [kind]: now.filter((rule) => rule.rule_id !== id) } });
}

/** Switches a rule, or changes what it does. */
export function changeRule(
  user: string,
  changes: RuleChanges,
  which: {
    readonly kind: RuleKind;
    readonly id: string;
    readonly set: { readonly enabled?: boolean; readonly actions?: readonly PushAction[] };
  },
): Result<RuleChanges> {
  const { kind, id, set } = which;
  if (findRule(rulesetOf(user, changes), kind, id) === undefined)
    return failure("M_NOT_FOUND", "There is no such rule.");
  const actions = set.actions === undefined ? undefined : knownActions(set.actions);
  if (actions?.ok === false) return actions;
  const change = { ...set, ...(actions === undefined ? {} : { actions: actions.value }) };
  if (id.startsWith("."))
    return ok({ ...changes, defaults: { ...changes.defaults, [id]: { ...changes.defaults[id], ...change } } });
  const own = (changes.own[kind] ?? []).map((rule) => (rule.rule_id === id ? { ...rule, ...change } : rule));
  return ok({ ...changes, own: { ...changes.own, [kind]: own } });
}

/** The same changes with the rules of one room for another as well, where it has none; the same object when there is nothing to do. */
export function withRulesOf(changes: RuleChanges, from: string, to: string): RuleChanges {
  const room = changes.own.room ?? [];
  const override = changes.own.override ?? [];
  const has = (rules: readonly PushRule[]): boolean => rules.some((rule) => rule.rule_id === to);
  const ofRoom = has(room) ? undefined : room.find((rule) => rule.rule_id === from);
  const muting = has(override) ? undefined : override.find((rule) => rule.rule_id === from);
  if (ofRoom === undefined && muting === undefined) return changes;
  const conditions = muting?.conditions?.map((one) => (one.key === "room_id" ? { ...one, pattern: to } : one));
  return {
    ...changes,
    own: {
      ...changes.own,
      ...(ofRoom === undefined ? {} : { room: [{ ...ofRoom, rule_id: to }, ...room] }),
      ...(muting === undefined
        ? {}
        : { override: [{ ...muting, rule_id: to, conditions: conditions ?? [] }, ...override] }),
    },
  };
}
