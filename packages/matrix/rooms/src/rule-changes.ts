import type { RuleChanges } from "@causeway/matrix-push-rules";

/** Reads what somebody has changed of the default push rules, as it is kept. */
export function readChanges(text: string): RuleChanges {
  const { own, defaults }: Partial<RuleChanges> = JSON.parse(text);
  return { own: own ?? {}, defaults: defaults ?? {} };
}
