import type { Instant } from "@causeway/base";
import {
  decide,
  type CompiledPolicy,
  type HostRule,
  type MachineSeen,
  type PolicyDocument,
  type PolicyMachineClass,
  type PolicyService,
  type Target,
  type Verdict,
} from "@causeway/policy";

/** A policy as it was published and as it is asked: what is asked holds no names of programs. */
export interface WholePolicy {
  readonly document: PolicyDocument;
  readonly compiled: CompiledPolicy;
}

/** The machines that a file is for: all of one class in one department. */
export interface MachineKind {
  readonly department: string | undefined;
  readonly class: PolicyMachineClass;
}

/** A service that such machines may not use without a grant. */
export interface BlockedService {
  readonly service: PolicyService;
  /** Those of its host rules that are blocked; another service may have opened the rest. */
  readonly hosts: readonly HostRule[];
  /** Whether what would be blocked is only counted there. */
  readonly isObserved: boolean;
}

/** The services that are blocked on machines of a kind as a whole: what the hours or a grant may open is left to points that know the time. */
export function blockedServices(policy: WholePolicy, kind: MachineKind, now: Instant): readonly BlockedService[] {
  // No grant names this machine, so none opens anything for it.
  const machine: MachineSeen = {
    key: "",
    class: kind.class,
    ...(kind.department === undefined ? {} : { department: kind.department }),
  };
  const ask = (target: Target): Verdict => decide(policy.compiled, { machine, target, now });
  return policy.document.services.flatMap((service): readonly BlockedService[] => {
    const said = service.hosts.map((rule) => ({ rule, verdict: ask({ kind: "host", host: rule.host }) }));
    const hosts = said.filter(({ verdict }) => isBlocked(verdict)).map(({ rule }) => rule);
    const app = appOf(service);
    const first = said[0]?.verdict ?? (app === undefined ? undefined : ask(app));
    if (first === undefined || (hosts.length === 0 && !isBlocked(first))) return [];
    return [{ service, hosts, isObserved: said.some(({ verdict }) => isObserved(verdict)) || isObserved(first) }];
  });
}

function isBlocked(verdict: Verdict): boolean {
  const refusal = verdict.allowed ? verdict.instead : verdict;
  return refusal?.reason === "blocked";
}

function isObserved(verdict: Verdict): boolean {
  return verdict.allowed && verdict.by === "observed";
}

/** A program of a service that has no hosts. */
function appOf({ apps }: PolicyService): Target | undefined {
  const windows = apps.windows?.packageFamilyName ?? apps.windows?.executables?.[0];
  if (windows !== undefined) return { kind: "app", platform: "windows", name: windows };
  const android = apps.android?.[0];
  return android === undefined ? undefined : { kind: "app", platform: "android", name: android };
}
