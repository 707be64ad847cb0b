import type { Clock } from "@causeway/base";
import { changedMachines, type ChangedMachine, type NamePlan } from "../names/index.ts";
import type { DocumentSource, SelfTest } from "../points/index.ts";
import { askUntilObeyed } from "./ask-until.ts";
import { alwaysBlocked, probeNames } from "./name-probes.ts";

/** What was put into effect, and how long it took until a probe saw it. */
export interface Obeyed {
  readonly version: number;
  readonly ms: number;
  /** Empty where nothing is blocked for anybody, and nothing changed. */
  readonly tests: readonly SelfTest[];
  readonly isProved: boolean;
}

/** What a proof is made with. */
export interface Proving {
  readonly source: DocumentSource;
  readonly clock: Clock;
  readonly resolver: { readonly server: string; readonly port: number };
  /** The address from which a machine is played; undefined for whoever is not named. */
  readonly from: (machine: ChangedMachine) => string | undefined;
  /** `performance.now()` of the change. */
  readonly began: number;
}

/** So many machines are played after one change. */
const MOST_PROBED = 8;

/** Asks as the machines that a change was for would, waits until the answers are as they must be, and reports what was found. */
export async function proveObeyed(plan: NamePlan, before: NamePlan | undefined, proving: Proving): Promise<Obeyed> {
  const { source, clock, resolver, began } = proving;
  const tests: SelfTest[] = [];
  let machines = 0;
  for (const machine of changedMachines(before, plan)) {
    const probes = probeNames(machine.before, machine.after);
    if (probes.length === 0) continue;
    machines += 1;
    if (machines > MOST_PROBED) break;
    const from = proving.from(machine);
    for (const probe of probes)
      tests.push(await askUntilObeyed({ ...probe, resolver, began, clock, ...(from === undefined ? {} : { from }) }));
  }
  const ms = performance.now() - began;
  // Whatever changed, and also when nothing did: what is blocked for everybody is.
  const always = alwaysBlocked(plan);
  if (always !== undefined && !tests.some(({ expected }) => expected === "blocked"))
    tests.push(await askUntilObeyed({ ...always, resolver, began, clock }));
  const isProved = tests.every(({ expected, found }) => expected === found);
  const obeyed = { version: plan.version, ms, tests, isProved };
  const since = clock.now();
  source.report({
    ...(isProved ? { obeys: { version: plan.version, since } } : {}),
    tests,
    fault: isProved ? "" : "not-obeying",
  });
  return obeyed;
}
