import type { CompiledPolicy } from "./compile.ts";
import { openingsOf } from "./grant-index.ts";
import { normalHost } from "./host.ts";
import { servicesOfHost } from "./host-index.ts";
import { machineAt, machineById } from "./machine-index.ts";
import { isInNetwork } from "./networks.ts";
import type { MachineSeen, Permission, Question, Refusal, Verdict } from "./question.ts";
import { isObserved, verdictOf, type Opening } from "./verdict.ts";

const UNLISTED: Permission = Object.freeze({ allowed: true, by: "unlisted", upload: true });
const NONE: readonly Opening[] = Object.freeze([]);
const BAD_HOST: Refusal = Object.freeze({ allowed: false, reason: "bad-host" });
const BARE_ADDRESS: Refusal = Object.freeze({ allowed: false, reason: "address" });

/**
 * Whether somebody may reach something now, and what decided: the one function that every enforcement point asks. Pure, from
 * memory, about a microsecond. Gives what `decidePlainly` gives.
 */
export function decide(policy: CompiledPolicy, question: Question): Verdict {
  const { target } = question;
  if (target.kind === "app") {
    const claimed = policy.parts.apps.get(`${target.platform}:${target.name.toLowerCase()}`) ?? [];
    return decideFor(policy, question, {
      services: claimed.filter((one) => isVisible(policy, one, question)),
      host: undefined,
    });
  }
  let { host } = target;
  if (!policy.reader.readPlain(host)) {
    const normal = normalHost(host);
    if (normal === undefined) return BAD_HOST;
    if (normal.kind === "address") return decideAddress(policy, question, normal.host);
    ({ host } = normal);
    if (!policy.reader.readPlain(host, true)) return BAD_HOST;
  } else if (host.endsWith(".")) host = host.slice(0, -1);
  const services = servicesOfHost(policy.parts.hosts, policy.reader, (one) => isVisible(policy, one, question));
  return decideFor(policy, question, { services, host });
}

/** A department's own services are there on its own machines only. */
function isVisible({ parts }: CompiledPolicy, service: number, { machine }: Question): boolean {
  const department = parts.services[service]?.department;
  return department === undefined || department === machine.department;
}

interface Sought {
  readonly services: readonly number[];
  readonly host: string | undefined;
}

function decideFor(policy: CompiledPolicy, question: Question, sought: Sought): Verdict {
  const [only] = sought.services;
  if (only === undefined) return UNLISTED;
  const { rulings, parts } = policy;
  const openings = openingsFor(policy, question, sought);
  if (sought.services.length === 1 && openings.length === 0) {
    const rule = rulings.at(only, question.machine, question.now);
    if (rule?.effect === "blocked" && !isObserved(policy.head, question.machine)) return rulings.refusal(only, rule);
  }
  const rules = sought.services.map((service) => ({
    service: { id: parts.services[service]?.id ?? "" },
    rule: rulings.at(service, question.machine, question.now),
    observed: rulings.observedAt(service, question.machine, question.now),
  }));
  return verdictOf({ document: policy.head, question, rules, openings });
}

function openingsFor({ parts }: CompiledPolicy, question: Question, { services, host }: Sought): readonly Opening[] {
  // A site that is a way around the resolver is not opened as a site either.
  if (services.some((one) => parts.services[one]?.grantable !== true)) return NONE;
  return openingsOf(parts.grants, {
    ...{ user: question.user, machine: question.machine.key, now: question.now, services, host },
    serviceOfHost: services[0],
    serviceId: (service) => parts.services[service]?.id ?? "",
  });
}

function decideAddress(policy: CompiledPolicy, question: Question, address: string): Verdict {
  const services = policy.parts.services.flatMap((service, place) =>
    service.addresses.some((network) => isInNetwork(address, network)) && isVisible(policy, place, question)
      ? [place]
      : [],
  );
  const isGrantable = services.every((one) => policy.parts.services[one]?.grantable === true);
  const openings = isGrantable ? openingsFor(policy, question, { services: [], host: address }) : NONE;
  if (openings.length > 0) return verdictOf({ document: policy.head, question, rules: [], openings });
  if (services.length > 0) return decideFor(policy, question, { services, host: address });
  if (policy.head.addressesAllowedOn.includes(question.machine.class)) return UNLISTED;
  return verdictOf({ document: policy.head, question, rules: [], openings: [], refusal: BARE_ADDRESS });
}

/** What a policy knows of the machine of an address (in normal form): one that is not registered is an internal desktop of no department. */
export function machineOfAddress(policy: CompiledPolicy, address: string): MachineSeen {
  return machineAt(policy.parts.machines, address);
}

/** The registered machine of an id; undefined when the policy knows none. */
export function machineOfId(policy: CompiledPolicy, id: string): MachineSeen | undefined {
  return machineById(policy.parts.machines, id);
}
