import type { ResourceType } from "./rules.ts";

/** A rule as the browser gives it back. */
export interface HeldRule {
  readonly priority?: number | undefined;
  readonly action: {
    readonly type: string;
    readonly redirect?: { readonly regexSubstitution?: string | undefined } | undefined;
  };
  readonly condition: {
    readonly requestDomains?: readonly string[] | undefined;
    readonly regexFilter?: string | undefined;
    readonly urlFilter?: string | undefined;
    readonly resourceTypes?: readonly string[] | undefined;
  };
}

/** The rules that a browser has. */
export interface HeldRules {
  readonly lasting: readonly HeldRule[];
  readonly passing: readonly HeldRule[];
}

/** What the browser does with a request: `undefined` when no rule speaks of it. */
export type Done = "allow" | "block" | `to ${string}`;

/** The browser's own reading of its rules, as its documentation has it: the highest priority counts, and of equals permission before refusal before redirect. */
export function done(
  { lasting, passing }: HeldRules,
  address: string,
  type: ResourceType = "main_frame",
): Done | undefined {
  const url = new URL(address);
  const fits = [...lasting, ...passing].filter((rule) => matches(rule, url, type));
  const order = ["allow", "block", "redirect"];
  const [first] = fits.toSorted(
    (left, right) =>
      (right.priority ?? 1) - (left.priority ?? 1) ||
      order.indexOf(left.action.type) - order.indexOf(right.action.type),
  );
  if (first === undefined) return undefined;
  const { type: action, redirect } = first.action;
  if (action === "allow" || action === "block") return action;
  const regexSubstitution = redirect?.regexSubstitution ?? "";
  const pattern = new RegExp(first.condition.regexFilter ?? "", "i");
  // In the browser's writing of substitutions `\1` is the first group; a dollar means nothing.
  return `to ${url.href.replace(pattern, (...found) => regexSubstitution.replaceAll(/\\(\d)/g, (_all, group) => String(found[Number(group)] ?? "")))}`;
}

function matches({ condition }: HeldRule, url: URL, type: ResourceType): boolean {
  const { requestDomains, regexFilter, urlFilter, resourceTypes } = condition;
  if (resourceTypes?.includes(type) !== true) return false;
  const host = url.hostname;
  if (requestDomains !== undefined && !requestDomains.some((one) => host === one || host.endsWith(`.${one}`)))
    return false;
  if (urlFilter !== undefined && !url.href.startsWith(urlFilter.slice(1))) return false;
  return regexFilter === undefined || new RegExp(regexFilter, "i").test(url.href);
}
