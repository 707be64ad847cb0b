import type { Log } from "@causeway/platform";
import type { PolicyService } from "@causeway/policy";
import { PlanFollower, rpzRulesOf, verdictsOfService, type NamePlan } from "../names/index.ts";
import type { PolicySource } from "../points/index.ts";
import type { RpzRules, RpzZones } from "../rpz/index.ts";

/** What is published for resolvers that choose by themselves to whom a zone applies. */
export interface PublishedZonesOptions {
  readonly source: PolicySource;
  readonly log: Log;
  readonly zones: RpzZones;
  readonly suffix: string;
  /** Whether there is a zone for each service too. */
  readonly services: boolean;
}

/** Keeps the zone of all that is blocked for machines that are not named (`all.<suffix>`), and a zone for each service (`s-<id>.<suffix>`). */
export class PublishedZones implements AsyncDisposable {
  readonly #options: PublishedZonesOptions;
  readonly #follower: PlanFollower;
  readonly #kept = new WeakMap<PolicyService, RpzRules>();

  constructor(options: PublishedZonesOptions) {
    this.#options = options;
    const { source, log } = options;
    this.#follower = new PlanFollower({ source, log, apply: (plan) => Promise.resolve(this.#publish(plan)) });
  }

  /** Waits until what is known now is published. */
  settled(): Promise<void> {
    return this.#follower.settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#follower[Symbol.asyncDispose]();
  }

  #publish(plan: NamePlan): void {
    const { zones, suffix, source, services } = this.#options;
    zones.publish(`all.${suffix}`, rpzRulesOf(plan.others.names, { saysAll: false }));
    if (!services) return;
    const wanted = new Set<string>();
    for (const service of source.document()?.services ?? []) {
      const name = `s-${labelOf(service.id)}.${suffix}`;
      wanted.add(name);
      zones.publish(name, this.#rulesOf(service));
    }
    for (const name of [...zones.names]) if (name.startsWith("s-") && !wanted.has(name)) zones.forget(name);
  }

  #rulesOf(service: PolicyService): RpzRules {
    const known = this.#kept.get(service) ?? rpzRulesOf(verdictsOfService(service), { saysAll: false });
    this.#kept.set(service, known);
    return known;
  }
}

/** A service's id as one label: a department's own has dots and large letters in it. */
function labelOf(id: string): string {
  return id
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, "-")
    .slice(0, 60);
}
