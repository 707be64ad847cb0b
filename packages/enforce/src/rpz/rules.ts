/** What a response-policy zone says of an owner name: it does not exist (`CNAME .`), or whatever it really is (`CNAME rpz-passthru.`). */
export type RpzAction = "block" | "pass";

/** What a zone says, by owner name relative to the zone: `web.example`, `*.web.example`. */
export type RpzRules = ReadonlyMap<string, RpzAction>;

/** What must be taken out of a zone and put into it to make it another. A changed rule is in both. */
export interface RpzChange {
  readonly removed: readonly (readonly [string, RpzAction])[];
  readonly added: readonly (readonly [string, RpzAction])[];
}

/** The target of the record that says an action. */
export const targetOf: Readonly<Record<RpzAction, string>> = { block: ".", pass: "rpz-passthru." };

/** How one state of a zone follows from another; undefined when they say the same. */
export function changeBetween(before: RpzRules, after: RpzRules): RpzChange | undefined {
  if (before === after) return undefined;
  const removed = [...before].filter(([owner, action]) => after.get(owner) !== action);
  const added = [...after].filter(([owner, action]) => before.get(owner) !== action);
  return removed.length === 0 && added.length === 0 ? undefined : { removed, added };
}

/** Makes the change. */
export function changed(rules: RpzRules, { removed, added }: RpzChange): RpzRules {
  const after = new Map(rules);
  for (const [owner] of removed) after.delete(owner);
  for (const [owner, action] of added) after.set(owner, action);
  return after;
}

const OWNER = /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const LONGEST_NAME = 253;

/** Whether an owner can stand in a zone: a name that needs no escapes and fits in front of the zone's. */
export function isOwner(owner: string, zone: string): boolean {
  return OWNER.test(owner) && owner.length + 1 + zone.length <= LONGEST_NAME;
}
