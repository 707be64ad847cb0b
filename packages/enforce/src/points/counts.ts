import type { MachineSeen, Verdict } from "@causeway/policy";

/** How often something was answered, by what the answer was. */
export interface ServiceCount {
  readonly service: string;
  /** Empty: machines of no department. */
  readonly department: string;
  readonly machineClass: string;
  readonly allowed: number;
  readonly granted: number;
  /** Allowed only because nothing is enforced there yet. */
  readonly observed: number;
  readonly refused: number;
}

/** How often a grant opened something. */
export interface GrantCount {
  readonly grant: string;
  readonly uses: number;
}

/** What was counted since the last look. */
export interface PointCounts {
  readonly services: readonly ServiceCount[];
  readonly grants: readonly GrantCount[];
}

type Answered = "allowed" | "granted" | "observed" | "refused";
type Mutable = { -readonly [Key in keyof ServiceCount]: ServiceCount[Key] };

/** Beyond so many kinds of answers between two looks nothing new is begun; what is known is still counted. */
const MAX_KINDS = 20_000;

/** Counts answers by service, department and machine class, and by grant: numbers only. */
export class AnswerCounts {
  #services = new Map<string, Mutable>();
  #grants = new Map<string, number>();

  /** Counts one answer. What belongs to no service is not counted. */
  count(machine: MachineSeen, verdict: Verdict): void {
    const { service } = verdict;
    if (verdict.allowed && verdict.grant !== undefined) this.#countGrant(verdict.grant);
    if (service === undefined) return;
    const key = `${service}\n${machine.department ?? ""}\n${machine.class}`;
    const known = this.#services.get(key) ?? this.#begin(key, service, machine);
    if (known !== undefined) known[answeredOf(verdict)] += 1;
  }

  /** Whether there is anything to tell. */
  get isEmpty(): boolean {
    return this.#services.size === 0 && this.#grants.size === 0;
  }

  /** What was counted since the last time, which is then forgotten here. */
  take(): PointCounts {
    const services = [...this.#services.values()];
    const grants = [...this.#grants].map(([grant, uses]) => ({ grant, uses }));
    this.#services = new Map();
    this.#grants = new Map();
    return { services, grants };
  }

  /** Puts back what could not be told. */
  putBack(counts: PointCounts): void {
    for (const one of counts.services) {
      const key = `${one.service}\n${one.department}\n${one.machineClass}`;
      const known = this.#services.get(key);
      if (known === undefined) this.#services.set(key, { ...one });
      else for (const kind of KINDS) known[kind] += one[kind];
    }
    for (const { grant, uses } of counts.grants) this.#grants.set(grant, (this.#grants.get(grant) ?? 0) + uses);
  }

  #countGrant(grant: string): void {
    const uses = this.#grants.get(grant);
    if (uses !== undefined || this.#grants.size < MAX_KINDS) this.#grants.set(grant, (uses ?? 0) + 1);
  }

  #begin(key: string, service: string, machine: MachineSeen): Mutable | undefined {
    if (this.#services.size >= MAX_KINDS) return undefined;
    const begun: Mutable = {
      ...{ service, department: machine.department ?? "", machineClass: machine.class },
      ...{ allowed: 0, granted: 0, observed: 0, refused: 0 },
    };
    this.#services.set(key, begun);
    return begun;
  }
}

const KINDS: readonly Answered[] = ["allowed", "granted", "observed", "refused"];

function answeredOf(verdict: Verdict): Answered {
  if (!verdict.allowed) return "refused";
  if (verdict.by === "grant") return "granted";
  return verdict.by === "observed" ? "observed" : "allowed";
}
