import { namesOfApps } from "./decide-plainly.ts";
import type { PolicyDocument, PolicyService } from "./document.ts";
import { indexGrants, type GrantIndex } from "./grant-index.ts";
import { indexHosts, type HostIndex } from "./host-index.ts";
import { HostReader } from "./host-reader.ts";
import { indexMachines, type MachineIndex } from "./machine-index.ts";
import { Rulings } from "./rulings.ts";

/** What is left of a service when its hosts are packed. */
export type ServiceFacts = Omit<PolicyService, "hosts" | "exempt" | "apps">;

/** Everything of a document but its long lists. */
export type PolicyHead = Omit<PolicyDocument, "services" | "rules" | "grants" | "machines">;

/** A compiled policy as it is sent to a worker: the long lists are typed arrays over shared memory, so that nothing of them is copied. */
export interface PolicyParts {
  readonly head: PolicyHead;
  readonly services: readonly ServiceFacts[];
  readonly rules: PolicyDocument["rules"];
  readonly hosts: HostIndex;
  readonly grants: GrantIndex;
  readonly machines: MachineIndex;
  /** `platform:name` to numbers of services. */
  readonly apps: ReadonlyMap<string, readonly number[]>;
}

/** A policy made ready to be asked, by one thread. Keep the document where it is needed for more: this does not hold it. */
export interface CompiledPolicy {
  readonly head: PolicyHead;
  readonly parts: PolicyParts;
  readonly rulings: Rulings;
  readonly reader: HostReader;
}

/** A document contradicts itself: an id is there twice. */
export class PolicyContradiction extends Error {
  constructor(what: string) {
    super(`the policy has ${what} twice`);
    this.name = "PolicyContradiction";
  }
}

/** A policy that was compiled, with the document that it was made from. */
export interface CompiledBefore {
  readonly document: PolicyDocument;
  readonly compiled: CompiledPolicy;
}

/**
 * Makes a policy ready to be asked; once for each version. Lists that are the very same as in the version before are not looked at
 * again: a grant does not pay for the hosts. Throws `PolicyContradiction`.
 */
export function compilePolicy(document: PolicyDocument, before?: CompiledBefore): CompiledPolicy {
  const { services, rules, grants, machines, ...head } = document;
  for (const kind of ["services", "rules", "grants", "machines"] as const)
    if (document[kind] !== before?.document[kind]) expectOnce(kind, document[kind]);
  const same = services === before?.document.services ? before.compiled.parts : undefined;
  const sameGrants = same !== undefined && grants === before?.document.grants ? same.grants : undefined;
  const sameMachines = machines === before?.document.machines ? before.compiled.parts.machines : undefined;
  return compiledOf({
    ...{ head, rules },
    services: same?.services ?? services.map(({ hosts: _hosts, exempt: _exempt, apps: _apps, ...facts }) => facts),
    hosts: same?.hosts ?? indexHosts(services),
    grants: sameGrants ?? indexGrantsOf(document),
    machines: sameMachines ?? indexMachines(machines),
    apps: same?.apps ?? indexApps(services),
  });
}

function expectOnce(kind: string, rows: readonly { readonly id: string }[]): void {
  if (new Set(rows.map((row) => row.id)).size !== rows.length) throw new PolicyContradiction(`the id of ${kind}`);
}

function indexGrantsOf({ services, grants }: PolicyDocument): GrantIndex {
  // What cannot be granted is no service to grants.
  const numbers = new Map(services.flatMap((one, place) => (one.grantable ? [[one.id, place] as const] : [])));
  return indexGrants(grants, (id) => numbers.get(id));
}

/** The same policy for another thread, over the same memory: post `policy.parts` to it. */
export function compiledOf(parts: PolicyParts): CompiledPolicy {
  return { head: parts.head, parts, rulings: new Rulings(parts), reader: new HostReader() };
}

function indexApps(services: readonly PolicyService[]): ReadonlyMap<string, readonly number[]> {
  const apps = new Map<string, number[]>();
  for (const [place, service] of services.entries()) {
    for (const platform of ["windows", "macos", "android", "ios"] as const) {
      for (const name of new Set(namesOfApps(service, platform))) {
        const key = `${platform}:${name}`;
        const known = apps.get(key);
        if (known === undefined) apps.set(key, [place]);
        else known.push(place);
      }
    }
  }
  return apps;
}
