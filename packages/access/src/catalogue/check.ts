import type { CatalogueContent, CatalogueService } from "@causeway/contract";
import { isInNetwork, normalHost, type HostRule } from "@causeway/policy";
import type { Checked } from "../editions/book.ts";
import type { EditionFault } from "../editions/types.ts";
import type { CentreClaims } from "./centre-claims.ts";

/** Everything in all services of an edition together. */
const MOST_HOSTS = 1_000_000;
/** Networks wider than these belong to nobody alone. */
const LEAST_PREFIX = { v4: 8, v6: 19 };

/**
 * Brings the services of an edition to their normal form (hosts as A-labels in lower case) and says what is wrong with them: hosts that
 * are none, rules for whole top-level domains, rules that would cover this server itself, exemptions that exempt nothing.
 */
export function checkCatalogue(
  content: CatalogueContent,
  context: {
    /** Hosts that this server is reached by. */
    readonly ownHosts: readonly string[];
    /** What the centre claims, where the services are a department's. */
    readonly centre?: CentreClaims | undefined;
  },
): Checked<CatalogueContent> {
  const faults: EditionFault[] = [];
  const seen = new Set<string>();
  let hosts = 0;
  const services = content.services.map((service) => {
    const told = (fault: string): void => void faults.push({ at: service.id, fault });
    if (seen.has(service.id)) told("there are two services of this id");
    seen.add(service.id);
    hosts += service.hosts.length;
    const checked = checkService(service, context.ownHosts, told);
    for (const rule of checked.hosts) if (context.centre?.hasHost(rule) === true) told(`${rule.host} is the centre's`);
    for (const network of checked.addresses)
      if (context.centre?.hasNetwork(network) === true) told(`${network} is the centre's`);
    return checked;
  });
  if (hosts > MOST_HOSTS) faults.push({ at: "services", fault: `more than ${MOST_HOSTS} hosts` });
  return { content: { services }, faults };
}

function checkService(
  service: CatalogueService,
  ownHosts: readonly string[],
  told: (fault: string) => void,
): CatalogueService {
  const hosts = service.hosts.flatMap((rule) => checkHost(rule, told));
  const exempt = service.exempt.flatMap((rule) => checkHost(rule, told));
  if (hosts.length === 0 && service.addresses.length === 0 && Object.keys(service.apps).length === 0)
    told("it has no host, address or program");
  for (const rule of hosts) {
    const own = ownHosts.find((host) => covers(rule, host));
    if (own !== undefined) told(`${rule.host} would cover this server itself (${own})`);
  }
  const suffixes = new Set(hosts.filter((rule) => rule.kind === "suffix").map((rule) => rule.host));
  for (const rule of exempt) if (!isUnder(rule.host, suffixes)) told(`${rule.host} is under none of its hosts`);
  for (const address of service.addresses) if (!isNetwork(address)) told(`${address} is no network`);
  return { ...service, hosts: unique(hosts), exempt: unique(exempt) };
}

function checkHost(rule: HostRule, told: (fault: string) => void): readonly HostRule[] {
  const host = normalHost(rule.host);
  if (host?.kind !== "name") {
    told(`${JSON.stringify(rule.host)} is no host name`);
    return [];
  }
  if (rule.kind === "suffix" && !host.host.includes(".")) {
    told(`${host.host} is a whole top-level domain`);
    return [];
  }
  return [{ kind: rule.kind, host: host.host }];
}

function covers(rule: HostRule, host: string): boolean {
  return host === rule.host || (rule.kind === "suffix" && host.endsWith(`.${rule.host}`));
}

/** Whether a host is one of some suffixes or under it. */
function isUnder(host: string, suffixes: ReadonlySet<string>): boolean {
  for (let at = 0; at >= 0;) {
    if (suffixes.has(host.slice(at))) return true;
    const dot = host.indexOf(".", at);
    at = dot < 0 ? -1 : dot + 1;
  }
  return false;
}

function isNetwork(text: string): boolean {
  const [address = "", length] = text.split("/");
  if (length === undefined || !isInNetwork(address, text)) return false;
  return Number(length) >= (address.includes(":") ? LEAST_PREFIX.v6 : LEAST_PREFIX.v4);
}

function unique(rules: readonly HostRule[]): HostRule[] {
  return [...new Map(rules.map((rule) => [`${rule.kind} ${rule.host}`, rule])).values()];
}
