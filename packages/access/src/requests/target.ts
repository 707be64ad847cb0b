import { failure, ok, type Result } from "@causeway/base";
import { normalHost, type HostRule, type PolicyService } from "@causeway/policy";

/** What is asked to be opened. */
export interface Target {
  readonly services: readonly PolicyService[];
  /** Hosts of no service. */
  readonly sites: readonly HostRule[];
  /** The page without what may be a secret in it (user, password, fragment); undefined when none was named. */
  readonly url: string | undefined;
}

/** What cannot be opened. */
export function targetRefused(reason: string, message?: string): Result<never> {
  return failure("ACCESS_TARGET_REFUSED", message, { reason });
}

/** How specific a host rule is about a host, as the policy counts it; 0 when it does not fit. */
function weightOfRule(rule: HostRule, host: string): number {
  if (rule.host === host) return 2 * host.length + (rule.kind === "exact" ? 1 : 0);
  return rule.kind === "suffix" && host.endsWith(`.${rule.host}`) ? 2 * rule.host.length : 0;
}

function weightOf(service: PolicyService, host: string): number {
  const best = Math.max(0, ...service.hosts.map((rule) => weightOfRule(rule, host)));
  const exempt = Math.max(0, ...service.exempt.map((rule) => weightOfRule(rule, host)));
  return exempt >= best ? 0 : best;
}

/** The services that a host belongs to: those whose rules fit it best, as the policy's `decide` finds them. */
export function servicesOfHost(services: readonly PolicyService[], host: string): readonly PolicyService[] {
  const weighed = services.map((service) => ({ service, weight: weightOf(service, host) }));
  const best = Math.max(0, ...weighed.map(({ weight }) => weight));
  return weighed.filter(({ weight }) => best > 0 && weight === best).map(({ service }) => service);
}

/** Reads the address of a page that was stopped; undefined for what is not http or https, or has no host. */
export function parsePage(text: string): { readonly url: string; readonly host: string } | undefined {
  // NOTE A parser of URLs drops tabs and line breaks: what holds them is not what somebody saw.
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0020\u007f]/.test(text) || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const parsed = new URL(text);
  const host = normalHost(parsed.hostname.replace(/^\[|\]$/g, ""));
  if (host === undefined) return undefined;
  parsed.username = "";
  parsed.password = "";
  parsed.hash = "";
  return { url: parsed.href, host: host.host };
}

/** A site is opened by exactly its host, with and without `www.`: what stands beside it under the same parent may be somebody else's. */
export function siteOf(host: string): readonly HostRule[] {
  const isName = !/^[0-9.]+$/.test(host) && !host.includes(":");
  if (!isName || !host.includes(".")) return [{ kind: "exact", host }];
  const other = host.startsWith("www.") ? host.slice(4) : `www.${host}`;
  return [host, ...(other.includes(".") && other.length <= 253 ? [other] : [])].map((one) => ({
    kind: "exact",
    host: one,
  }));
}

/** Finds what a page and ids of services name in the catalogue of a department. */
export function targetOf(
  wish: { readonly url?: string | undefined; readonly services: readonly string[] },
  catalogue: readonly PolicyService[],
): Result<Target> {
  const found = new Map<string, PolicyService>();
  for (const id of wish.services) {
    const service = catalogue.find((one) => one.id === id);
    if (service === undefined) return targetRefused("service-unknown", "The catalogue has no such service.");
    found.set(id, service);
  }
  const page = wish.url === undefined ? undefined : parsePage(wish.url);
  if (wish.url !== undefined && page === undefined)
    return targetRefused("url", "The address is not one of a page: http or https, with a host.");
  const ofPage = page === undefined ? [] : servicesOfHost(catalogue, page.host);
  for (const service of ofPage) found.set(service.id, service);
  const services = [...found.values()];
  // NOTE `www.` in front of a host that a service exempts may belong to the service.
  const isNobodys = (site: HostRule): boolean => servicesOfHost(catalogue, site.host).length === 0;
  const sites = page !== undefined && ofPage.length === 0 ? siteOf(page.host).filter(isNobodys) : [];
  if (services.length + sites.length === 0) return targetRefused("nothing", "Nothing was named that could be opened.");
  if (services.some((service) => !service.grantable))
    return targetRefused("not-grantable", "This service can never be authorised.");
  return ok({ services, sites, url: page?.url });
}
