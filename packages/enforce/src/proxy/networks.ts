import { isPublicAddress, networksOf, type Networks } from "@causeway/platform";
import { isIP } from "node:net";
import type { Judge } from "../embedded/judge.ts";
import type { Claim } from "../embedded/judge.ts";
import type { ProxyRules, ResolveName } from "./ports.ts";
import type { Place } from "./target.ts";

/** Where to connect to: addresses that were looked at, and are used as they are; a name that is resolved again later could be another's (DNS rebinding). */
export interface Route {
  readonly addresses: readonly string[];
  readonly port: number;
}

/** Why there is no way to a place. */
export type NoRoute = "private" | "blocked-address" | "unresolved";

const KEPT_MS = 10_000;
const KEPT_FAILURE_MS = 1000;
const MAX_KEPT = 10_000;
/** Addresses of one name that are tried. */
const MAX_ADDRESSES = 4;

/** Who asks for a route. */
export interface Asking {
  readonly judge: Judge;
  readonly claim: Claim;
  readonly isOwn: boolean;
}

interface Kept {
  readonly found: Promise<readonly string[]>;
  addresses: readonly string[] | undefined;
  until: number;
}

/** Finds the addresses that a place may be reached at. */
export class Routes {
  #rules: ProxyRules;
  #resolve: ResolveName;
  #allowed: Networks;
  #kept = new Map<string, Kept>();

  constructor(rules: ProxyRules, resolve: ResolveName) {
    this.#rules = rules;
    this.#resolve = resolve;
    this.#allowed = networksOf(rules.allowedNetworks);
  }

  /** Whether a port may be asked for. */
  mayUsePort(port: number): boolean {
    return this.#rules.ports.some(([from, to]) => port >= from && port <= to);
  }

  /** The route to a place for somebody, at once when it is known; `isOwn` says that it is Causeway itself, wherever that is. */
  find(place: Place, who: Asking): Route | NoRoute | Promise<Route | NoRoute> {
    const { host, port } = place;
    const fixed = this.#rules.fixedAddresses[host.host];
    if (fixed !== undefined) return routeTo(fixed, port);
    if (host.kind === "address") return this.#choose(place, [host.host], who);
    const known = this.#kept.get(host.host);
    if (known?.addresses !== undefined && known.until > performance.now())
      return this.#choose(place, known.addresses, who);
    return this.#addressesOf(host.host).then((addresses) => this.#choose(place, addresses, who));
  }

  #choose({ host, port }: Place, addresses: readonly string[], who: Asking): Route | NoRoute {
    if (addresses.length === 0) return "unresolved";
    if (who.isOwn) return { addresses, port };
    const reachable = addresses.filter((one) => isPublicAddress(one) || this.#allowed.has(one));
    if (reachable.length === 0) return "private";
    // A name of anybody's that points at a service's own addresses is that service.
    const open = host.kind === "address" ? reachable : reachable.filter((one) => !isServiceClosed(who, one));
    return open.length === 0 ? "blocked-address" : { addresses: open.slice(0, MAX_ADDRESSES), port };
  }

  async #addressesOf(name: string): Promise<readonly string[]> {
    const now = performance.now();
    const known = this.#kept.get(name);
    if (known !== undefined && known.until > now) return await known.found;
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    const found = this.#resolve(name).then(
      (all) => all.filter((one) => isIP(one) !== 0),
      () => [],
    );
    const kept: Kept = { found, addresses: undefined, until: now + KEPT_MS };
    this.#kept.set(name, kept);
    const addresses = await found;
    kept.addresses = addresses;
    if (addresses.length === 0) kept.until = performance.now() + KEPT_FAILURE_MS;
    return addresses;
  }
}

function isServiceClosed({ judge, claim }: Asking, address: string): boolean {
  const verdict = judge.judge(claim, address);
  return verdict !== undefined && !verdict.allowed && verdict.service !== undefined;
}

function routeTo(fixed: string, port: number): Route {
  const bracketed = /^\[(.+)\]:([0-9]{1,5})$/.exec(fixed) ?? /^([0-9.]+):([0-9]{1,5})$/.exec(fixed);
  return bracketed === null
    ? { addresses: [fixed.replace(/^\[(.+)\]$/, "$1")], port }
    : { addresses: [bracketed[1] ?? ""], port: Number(bracketed[2]) };
}
