import { isInNetwork, type HostRule, type PolicyService } from "@causeway/policy";

/** What a service claims. */
export type Claim = Pick<PolicyService, "hosts" | "exempt" | "addresses">;

/**
 * What the centre's services claim. The most specific host rule decides whose a host is, so a department that listed
 * `web.whatsapp.com` would take it out of the centre's `whatsapp.com`, and open it with a rule of its own: what the centre claims is
 * nobody else's.
 */
export class CentreClaims {
  #suffixes = new Set<string>();
  #exact = new Set<string>();
  #exempt = new Set<string>();
  #exemptExact = new Set<string>();
  #networks: readonly string[];

  constructor(centre: readonly Claim[]) {
    for (const service of centre) {
      for (const { kind, host } of service.hosts) (kind === "suffix" ? this.#suffixes : this.#exact).add(host);
      for (const { kind, host } of service.exempt) (kind === "suffix" ? this.#exempt : this.#exemptExact).add(host);
    }
    this.#networks = centre.flatMap((service) => service.addresses);
  }

  /** Whether a host rule of a department's would take something from the centre. */
  hasHost({ kind, host }: HostRule): boolean {
    if (kind === "exact" && this.#exact.has(host)) return true;
    // From the most specific on: what the centre leaves out is free for others.
    if (this.#exemptExact.has(host)) return false;
    for (let at = 0; at >= 0;) {
      const name = host.slice(at);
      if (this.#exempt.has(name)) return false;
      if (this.#suffixes.has(name)) return true;
      const dot = host.indexOf(".", at);
      at = dot < 0 ? -1 : dot + 1;
    }
    return false;
  }

  /** Whether a network meets one of the centre's. */
  hasNetwork(network: string): boolean {
    return this.#networks.some((other) => isWithin(network, other) || isWithin(other, network));
  }

  /** What is left of a claim. */
  leaves<One extends Claim>(claim: One): One {
    const hosts = claim.hosts.filter((rule) => !this.hasHost(rule));
    const addresses = claim.addresses.filter((network) => !this.hasNetwork(network));
    return hosts.length === claim.hosts.length && addresses.length === claim.addresses.length
      ? claim
      : { ...claim, hosts, addresses };
  }
}

function isWithin(inner: string, outer: string): boolean {
  const [address = "", length = ""] = inner.split("/");
  return Number(length) >= Number(outer.split("/")[1]) && isInNetwork(address, outer);
}
