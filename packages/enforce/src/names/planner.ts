import type { Instant } from "@causeway/base";
import {
  endOfHours,
  type CompiledPolicy,
  type MachineSeen,
  type PolicyDocument,
  type PolicyGrant,
  type PolicyMachine,
} from "@causeway/policy";
import { nextBoundary } from "./boundaries.ts";
import { childrenOf, namesFrom, withPlacesBetween } from "./closure.ts";
import { noVerdicts, saysTheSame, verdictsOf, type NameVerdicts } from "./verdicts.ts";

/** What holds for all machines of a class and department that no grant names. */
export interface NameProfile {
  readonly key: string;
  readonly names: NameVerdicts;
}

/** What holds for one machine. */
export interface MachineNames {
  /** `ma_…`, or `addr:` with an address that is not registered. */
  readonly key: string;
  readonly isRegistered: boolean;
  readonly addresses: readonly string[];
  readonly profile: NameProfile;
  /** Where it differs from its profile: these names hold before the profile's. */
  readonly exceptions: NameVerdicts;
}

/** Which names are kept from which machine: what is told to resolvers that can only be given lists. */
export interface NamePlan {
  readonly version: number;
  /** For every machine that is not among `machines`. */
  readonly others: NameProfile;
  readonly profiles: readonly NameProfile[];
  readonly machines: readonly MachineNames[];
  /** When the plan must be made again, with the same policy. */
  readonly until: Instant | undefined;
}

interface Universe {
  readonly hosts: ReadonlySet<string>;
  readonly children: ReadonlyMap<string, readonly string[]>;
}

interface Kept {
  readonly grants: readonly PolicyGrant[];
  readonly profile: NameProfile;
  readonly exceptions: NameVerdicts;
}

const UNREGISTERED: MachineSeen = { key: "", class: "internal-desktop" };

/** Makes plans by asking `decide`; what did not change since the plan before is not asked again. */
export class NamePlanner {
  #services: PolicyDocument["services"] | undefined;
  #universe: Universe = { hosts: new Set(), children: new Map() };
  #standing = "";
  #profiles = new Map<string, NameProfile>();
  #kept = new Map<string, Kept>();

  /** The plan of a policy at a time. */
  planOf(policy: CompiledPolicy, document: PolicyDocument, now: Instant): NamePlan {
    this.#forgetWhatChanged(document, now);
    const profileOf = (machine: Pick<MachineSeen, "class" | "department">): NameProfile =>
      this.#profileOf(policy, machine, now);
    const granted = grantsByMachine(document, now);
    const others = profileOf(UNREGISTERED);
    const kept = new Map<string, Kept>();
    const named = (machine: Omit<PolicyMachine, "id">, key: string): MachineNames => {
      const profile = profileOf(machine);
      const grants = granted.get(key) ?? [];
      const seen: MachineSeen = { ...UNREGISTERED, ...pick(machine), key };
      const exceptions = this.#exceptionsOf({ policy, document, now, seen, grants, profile, kept });
      return { key, isRegistered: !key.startsWith("addr:"), addresses: machine.addresses, profile, exceptions };
    };
    const registered = document.machines.map((machine) => named(machine, machine.id));
    const unregistered = [...granted.keys()]
      .filter((key) => key.startsWith("addr:"))
      .map((key) => named({ class: UNREGISTERED.class, addresses: [key.slice("addr:".length)] }, key))
      .filter(({ exceptions }) => exceptions.size > 0);
    this.#kept = kept;
    const machines = [...registered, ...unregistered];
    const profiles = [...new Set([others, ...machines.map(({ profile }) => profile)])];
    return { version: document.version, others, profiles, machines, until: nextBoundary(document, now) };
  }

  #forgetWhatChanged(document: PolicyDocument, now: Instant): void {
    const standing = standingOf(document, now);
    if (document.services === this.#services && standing === this.#standing) return;
    if (document.services !== this.#services) {
      const rules = document.services.flatMap(({ hosts, exempt }) => [...hosts, ...exempt]);
      const hosts = withPlacesBetween(rules.map(({ host }) => host));
      this.#universe = { hosts, children: childrenOf(hosts) };
    }
    this.#services = document.services;
    this.#standing = standing;
    this.#profiles = new Map();
    this.#kept = new Map();
  }

  #profileOf(policy: CompiledPolicy, machine: Pick<MachineSeen, "class" | "department">, now: Instant): NameProfile {
    const key = machine.department === undefined ? machine.class : `${machine.class} ${machine.department}`;
    const known = this.#profiles.get(key);
    if (known !== undefined) return known;
    const seen = { key: "", ...pick(machine) };
    const profile = { key, names: verdictsOf(policy, this.#universe.hosts, { machine: seen, now }) };
    this.#profiles.set(key, profile);
    return profile;
  }

  #exceptionsOf(of: {
    readonly policy: CompiledPolicy;
    readonly document: PolicyDocument;
    readonly now: Instant;
    readonly seen: MachineSeen;
    readonly grants: readonly PolicyGrant[];
    readonly profile: NameProfile;
    readonly kept: Map<string, Kept>;
  }): NameVerdicts {
    const { policy, document, now, seen, grants, profile } = of;
    if (grants.length === 0) return noVerdicts;
    const before = this.#kept.get(seen.key);
    const isSame =
      before?.profile === profile &&
      before.grants.length === grants.length &&
      before.grants.every((grant, at) => grant === grants[at]);
    const exceptions = isSame ? before.exceptions : this.#asked(policy, { document, machine: seen, grants, now });
    of.kept.set(seen.key, { grants, profile, exceptions });
    return exceptions;
  }

  /** The names that grants speak of, and all below them of which the catalogue says something. */
  #asked(
    policy: CompiledPolicy,
    of: {
      readonly document: PolicyDocument;
      readonly machine: MachineSeen;
      readonly grants: readonly PolicyGrant[];
      readonly now: Instant;
    },
  ): NameVerdicts {
    const services = new Set(of.grants.flatMap((grant) => grant.services));
    const hosts = [
      ...of.document.services.filter(({ id }) => services.has(id)).flatMap((service) => service.hosts),
      ...of.grants.flatMap(({ sites }) => sites),
    ].map(({ host }) => host);
    const named = new Set(hosts.flatMap((host) => [...namesFrom(host, this.#universe.children)]));
    // A bare address is no name: no resolver is asked for it.
    const names = [...withPlacesBetween(named)].filter((host) => !/^[0-9.]+$|:/.test(host));
    const granted = verdictsOf(policy, names, of);
    const { key: _, ...profiled } = of.machine;
    const plain = verdictsOf(policy, names, { machine: { key: "", ...profiled }, now: of.now });
    return saysTheSame(granted, plain) ? noVerdicts : granted;
  }
}

function pick({
  class: machineClass,
  department,
}: Pick<MachineSeen, "class" | "department">): Omit<MachineSeen, "key"> {
  return { class: machineClass, ...(department === undefined ? {} : { department }) };
}

/** Everything but the services and grants that answers depend on, at a time. */
function standingOf(document: PolicyDocument, now: Instant): string {
  const { rules, observe, utcOffsetMinutes } = document;
  const inEffect = rules.map(({ from, until, conditions }) => [
    (from === undefined || from <= now) && (until === undefined || now < until),
    conditions?.hours === undefined || endOfHours(conditions.hours, now, utcOffsetMinutes) !== undefined,
  ]);
  return JSON.stringify([rules, observe, utcOffsetMinutes, inEffect]);
}

/** The grants that are in force, within their hours, by machine. */
function grantsByMachine(document: PolicyDocument, now: Instant): ReadonlyMap<string, readonly PolicyGrant[]> {
  const by = new Map<string, PolicyGrant[]>();
  for (const grant of document.grants) {
    if (now < grant.begins || grant.ends <= now) continue;
    if (grant.hours !== undefined && endOfHours(grant.hours, now, document.utcOffsetMinutes) === undefined) continue;
    for (const machine of grant.machines) {
      const known = by.get(machine);
      if (known === undefined) by.set(machine, [grant]);
      else known.push(grant);
    }
  }
  return by;
}
