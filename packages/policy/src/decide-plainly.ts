import { isInNetwork } from "./networks.ts";
import type { PolicyDocument, PolicyGrant, PolicyService } from "./document.ts";
import { normalHost } from "./host.ts";
import type { Question, Verdict } from "./question.ts";
import { verdictOf, type Opening } from "./verdict.ts";
import { weightOfRule } from "./weight.ts";
import { observedRuleAt, ruleAt, rulesOf } from "./rules-of.ts";

/**
 * The same answers as `decide`, worked out by looking at everything: what the fast one is compared with, and what an auditor can read.
 *
 * A host belongs to the services with the most specific host rule that fits it, unless they exempt it at least as specifically. Where
 * several have the same, it is open when a grant opens one of them, else refused when one of them is.
 */
export function decidePlainly(document: PolicyDocument, question: Question): Verdict {
  const { target } = question;
  if (target.kind === "app") {
    const services = document.services.filter((service) =>
      namesOfApps(service, target.platform).includes(lower(target.name)),
    );
    return decideFor(document, question, { services: visible(services, question), host: undefined });
  }
  const host = normalHost(target.host);
  if (host === undefined) return { allowed: false, reason: "bad-host" };
  if (host.kind === "address") return decideAddress(document, question, host.host);
  const fits = visible(document.services, question).map((service) => ({
    service,
    weight: weightOf(service, host.host),
  }));
  const best = Math.max(0, ...fits.map(({ weight }) => weight));
  const services = fits.filter(({ weight }) => best > 0 && weight === best).map(({ service }) => service);
  return decideFor(document, question, { services, host: host.host });
}

function lower(text: string): string {
  return text.toLowerCase();
}

/** The names of a service's programs on a platform, in lower case. */
export function namesOfApps(
  service: PolicyService,
  platform: "windows" | "macos" | "android" | "ios",
): readonly string[] {
  const { windows, macos, android, ios } = service.apps;
  const names = {
    windows: [windows?.packageFamilyName, ...(windows?.executables ?? [])],
    macos: [macos?.bundleId],
    android: android ?? [],
    ios: ios ?? [],
  }[platform];
  return names.flatMap((name) => (name === undefined ? [] : [lower(name)]));
}

/** A department's own services are there on its own machines only. */
function visible(services: readonly PolicyService[], { machine }: Question): readonly PolicyService[] {
  return services.filter((one) => one.department === undefined || one.department === machine.department);
}

function weightOf(service: PolicyService, host: string): number {
  const best = Math.max(0, ...service.hosts.map((rule) => weightOfRule(rule, host)));
  const exempt = Math.max(0, ...service.exempt.map((rule) => weightOfRule(rule, host)));
  return exempt >= best ? 0 : best;
}

function decideAddress(document: PolicyDocument, question: Question, address: string): Verdict {
  const services = visible(document.services, question).filter((service) =>
    service.addresses.some((network) => isInNetwork(address, network)),
  );
  const opened = services.every((one) => one.grantable)
    ? openingsOf(document, question, { services: [], host: address })
    : [];
  if (opened.length > 0) return verdictOf({ document, question, rules: [], openings: opened });
  if (services.length > 0) return decideFor(document, question, { services, host: address });
  if (document.addressesAllowedOn.includes(question.machine.class))
    return { allowed: true, by: "unlisted", upload: true };
  return verdictOf({ document, question, rules: [], openings: [], refusal: { allowed: false, reason: "address" } });
}

interface Sought {
  readonly services: readonly PolicyService[];
  readonly host: string | undefined;
}

function decideFor(document: PolicyDocument, question: Question, sought: Sought): Verdict {
  if (sought.services.length === 0) return { allowed: true, by: "unlisted", upload: true };
  const rules = sought.services.map((service) => {
    const speaking = rulesOf(document, service, question.machine);
    return { service, rule: ruleAt(speaking, question.now), observed: observedRuleAt(speaking, question.now) };
  });
  return verdictOf({ document, question, rules, openings: openingsOf(document, question, sought) });
}

/** The grants that open one of the services, or the host, for this person or machine at this time of their life. */
function openingsOf(document: PolicyDocument, question: Question, sought: Sought): readonly Opening[] {
  // A site that is a way around the resolver is not opened as a site either.
  if (sought.services.some((one) => !one.grantable)) return [];
  return document.grants
    .filter((grant) => grant.begins <= question.now && question.now < grant.ends && isFor(grant, question))
    .flatMap((grant): readonly Opening[] => {
      if (sought.host !== undefined) {
        const { host } = sought;
        if (grant.sites.some((site) => weightOfRule(site, host) > 0))
          return [{ grant, service: sought.services[0]?.id }];
      }
      const service = sought.services.find((one) => grant.services.includes(one.id));
      return service === undefined ? [] : [{ grant, service: service.id }];
    });
}

function isFor(grant: PolicyGrant, { user, machine }: Question): boolean {
  if (grant.users.length === 0 || user === undefined) return grant.machines.includes(machine.key);
  return grant.users.includes(user);
}
