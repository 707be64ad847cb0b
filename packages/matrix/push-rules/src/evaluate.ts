import { matchesWhole, matchesWords, hasPhrase, foldCase } from "./word-match.ts";
import { ruleKinds, type PushAction, type PushCondition, type PushRule, type RuleKind, type Ruleset } from "./rules.ts";

/** What rules look at in an event. */
export interface PushEvent {
  readonly type: string;
  readonly sender: string;
  readonly room_id: string;
  readonly state_key?: string | undefined;
  readonly content: Readonly<Record<string, unknown>>;
}

/** What rules look at beside the event. */
export interface PushContext {
  /** The owner's name in the room. */
  readonly displayName: string | undefined;
  /** How many are in the room. */
  readonly memberCount: number;
  /** Whether the sender has the power to notify in a way (`room`: everybody). */
  readonly mayNotify: (key: string) => boolean;
}

/** What comes of an event for somebody. */
export interface Outcome {
  readonly rule: PushRule;
  readonly notifies: boolean;
  readonly highlights: boolean;
}

/** The first rule that matches, and what it does; undefined when none does (client-server API, "Push rules"). */
export function outcomeOf(rules: Ruleset, event: PushEvent, context: PushContext): Outcome | undefined {
  for (const kind of ruleKinds) {
    const rule = rules[kind].find((one) => one.enabled && matches(kind, one, { event, context }));
    if (rule !== undefined)
      return { rule, notifies: doesNotify(rule.actions), highlights: doesHighlight(rule.actions) };
  }
  return undefined;
}

/** Whether actions notify; only then does anything else of them count. */
export function doesNotify(actions: readonly PushAction[]): boolean {
  return actions.includes("notify");
}

/** Whether actions highlight: `highlight` without a value means true. */
export function doesHighlight(actions: readonly PushAction[]): boolean {
  if (!doesNotify(actions)) return false;
  const tweak = actions.find((action) => typeof action === "object" && action.set_tweak === "highlight");
  return typeof tweak === "object" && tweak.value !== false;
}

interface Matter {
  readonly event: PushEvent;
  readonly context: PushContext;
}

/** Rules that looked for names in the text before events said whom they mention: not for events that do. */
const BEFORE_MENTIONS = [".m.rule.contains_display_name", ".m.rule.contains_user_name", ".m.rule.roomnotif"];

function matches(kind: RuleKind, rule: PushRule, matter: Matter): boolean {
  const { event } = matter;
  if (BEFORE_MENTIONS.includes(rule.rule_id) && isRecord(event.content["m.mentions"])) return false;
  switch (kind) {
    case "content": {
      const { body } = event.content;
      return typeof body === "string" && rule.pattern !== undefined && matchesWords(body, rule.pattern);
    }
    case "room":
      return rule.rule_id === event.room_id;
    case "sender":
      return rule.rule_id === event.sender;
    default:
      return (rule.conditions ?? []).every((condition) => holds(condition, matter));
  }
}

function holds(condition: PushCondition, { event, context }: Matter): boolean {
  switch (condition.kind) {
    case "event_match": {
      const value = valueAt(event, condition.key);
      if (typeof value !== "string" || typeof condition.pattern !== "string") return false;
      return condition.key === "content.body"
        ? matchesWords(value, condition.pattern)
        : matchesWhole(value, condition.pattern);
    }
    case "event_property_is": {
      const value = valueAt(event, condition.key);
      return isPlain(value) && value === condition.value;
    }
    case "event_property_contains": {
      const value = valueAt(event, condition.key);
      return Array.isArray(value) && isPlain(condition.value) && value.includes(condition.value);
    }
    case "contains_display_name": {
      const { body } = event.content;
      const { displayName = "" } = context;
      return typeof body === "string" && hasPhrase(foldCase(body), foldCase(displayName));
    }
    case "room_member_count":
      return isCount(condition.is, context.memberCount);
    case "sender_notification_permission":
      return typeof condition.key === "string" && context.mayNotify(condition.key);
    default:
      return false; // a condition that is not known matches nothing
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value === "string" || typeof value === "boolean" || Number.isSafeInteger(value);
}

/** What stands at a path whose steps dots divide; `\.` and `\\` are a dot and a backslash (appendices, "Dot-separated property paths"). */
function valueAt(event: PushEvent, path: string | undefined): unknown {
  let value: unknown = event;
  for (const step of stepsOf(path ?? "")) {
    if (!isRecord(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}

function stepsOf(path: string): readonly string[] {
  const steps = [""];
  for (let at = 0; at < path.length; at += 1) {
    const char = path.charAt(at);
    const next = path.charAt(at + 1);
    if (char === ".") steps.push("");
    else if (char === "\\" && (next === "." || next === "\\")) {
      steps.push(`${steps.pop() ?? ""}${next}`);
      at += 1;
    } else steps.push(`${steps.pop() ?? ""}${char}`);
  }
  return steps;
}

function isCount(is: unknown, count: number): boolean {
  const match = typeof is === "string" ? /^(==|<=|>=|<|>)?([0-9]{1,9})$/.exec(is) : null;
  if (match === null) return false;
  const wanted = Number(match[2]);
  switch (match[1]) {
    case "<":
      return count < wanted;
    case ">":
      return count > wanted;
    case "<=":
      return count <= wanted;
    case ">=":
      return count >= wanted;
    default:
      return count === wanted;
  }
}
