/** The answer of a pure rule: allowed, or refused with a reason that can be shown (STYLE.md rule 9). */
export type Decision<Reason extends string = string> =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: Reason };

/** The decision that allows. */
export const allow: Decision<never> = Object.freeze({ allowed: true });

/** The decision that refuses, naming why. */
export function refuse<Reason extends string>(reason: Reason): Decision<Reason> {
  return { allowed: false, reason };
}
