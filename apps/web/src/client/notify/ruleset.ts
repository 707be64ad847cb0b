import {
  ruleKinds,
  type PushAction,
  type PushCondition,
  type PushRule,
  type Ruleset,
} from "@causeway/matrix-push-rules";

/** Reads push rules as the server has them; what is no rule is left out. */
export function readRuleset(global: unknown): Ruleset {
  const rules = (kind: string): readonly PushRule[] => {
    const given: unknown = Object(global)[kind];
    return Array.isArray(given) ? given.flatMap((rule) => parseRule(rule) ?? []) : [];
  };
  const [override, content, room, sender, underride] = ruleKinds;
  return {
    override: rules(override),
    content: rules(content),
    room: rules(room),
    sender: rules(sender),
    underride: rules(underride),
  };
}

function parseRule(given: unknown): PushRule | undefined {
  const rule: Readonly<Record<string, unknown>> = Object(given);
  const { rule_id: id, pattern, actions, conditions } = rule;
  if (typeof id !== "string" || !Array.isArray(actions)) return undefined;
  return {
    rule_id: id,
    default: rule["default"] === true,
    enabled: rule["enabled"] !== false,
    actions: actions.filter(isAction),
    ...(typeof pattern === "string" ? { pattern } : {}),
    ...(Array.isArray(conditions) ? { conditions: conditions.filter(isCondition) } : {}),
  };
}

function isAction(action: unknown): action is PushAction {
  return typeof action === "string" || typeof Object(action)["set_tweak"] === "string";
}

function isCondition(condition: unknown): condition is PushCondition {
  return typeof Object(condition)["kind"] === "string";
}
