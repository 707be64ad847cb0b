import type { HostRule } from "@causeway/policy";
import type { BlockedService } from "../endpoint-files/blocked.ts";

/** The most entries that a browser takes in each list. */
export const MAX_URL_ENTRIES = 1000;

/** What a browser's `URLBlocklist` and `URLAllowlist` hold. */
export interface UrlLists {
  readonly blocked: readonly string[];
  readonly allowed: readonly string[];
  /** How many hosts did not fit: the network alone keeps these. */
  readonly left: number;
}

/** The lists for services that browsers block by themselves. A grant cannot reach into a browser's list, so with the guard only those that can never be granted are in it. */
export function urlLists(services: readonly BlockedService[], options: { readonly hasGuard: boolean }): UrlLists {
  const listed = services.filter(({ service, isObserved }) => !isObserved && !(options.hasGuard && service.grantable));
  const blocked = [...new Set(listed.flatMap(({ hosts }) => hosts.map(entryOf)))].toSorted();
  const allowed = [...new Set(listed.flatMap(({ service }) => service.exempt.map(entryOf)))].toSorted();
  return {
    blocked: blocked.slice(0, MAX_URL_ENTRIES),
    allowed: allowed.slice(0, MAX_URL_ENTRIES),
    left: Math.max(0, blocked.length - MAX_URL_ENTRIES),
  };
}

/** In these lists a host means everything under it as well, and a dot before it takes that away. */
function entryOf({ kind, host }: HostRule): string {
  return kind === "exact" ? `.${host}` : host;
}
