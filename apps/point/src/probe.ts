import { alwaysBlocked, askProxy, askResolver, NamePlanner, type SelfTest } from "@causeway/enforce";
import { decide, machineOfAddress } from "@causeway/policy";
import type { PartContext, RunningPart } from "./part.ts";

type Target = NonNullable<PartContext["config"]["probe"]>["targets"][number];

/** Versions that follow each other closely are tried once. */
const SETTLE_MS = 1000;

/** Asks resolvers and proxies as machines would, and reports what they let through. */
export class Prober implements RunningPart {
  readonly ended: Promise<void> = new Promise(() => undefined);
  readonly #context: PartContext;
  readonly #targets: readonly Target[];
  readonly #planner = new NamePlanner();
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;
  #trying: Promise<unknown> = Promise.resolve();

  constructor(context: PartContext, targets: readonly Target[]) {
    this.#context = context;
    this.#targets = targets;
    this.#unsubscribe = context.source.subscribe(() => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.test(), SETTLE_MS);
    });
  }

  /** Tries everything once. */
  async tryAll(): Promise<readonly SelfTest[]> {
    const { source, clock } = this.#context;
    const tests: SelfTest[] = [];
    const version = source.document()?.version ?? 0;
    const since = clock.now();
    for (const target of this.#targets)
      for (const host of this.#hostsOf(target)) tests.push(await this.#tried(target, host));
    const isProved = tests.length > 0 && tests.every(({ expected, found }) => expected === found);
    source.report({
      ...(isProved ? { obeys: { version, since } } : {}),
      tests,
      fault: isProved ? "" : "not-obeying",
    });
    return tests;
  }

  async test(): Promise<void> {
    this.#trying = this.#trying.then(() => this.tryAll());
    await this.#trying;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    clearTimeout(this.#timer);
    await this.#trying;
  }

  /** Those that were named, else one that is blocked for everybody. */
  #hostsOf(target: Target): readonly string[] {
    if (target.hosts.length > 0) return target.hosts;
    const { source } = this.#context;
    const [policy, document] = [source.current(), source.document()];
    if (policy === undefined || document === undefined) return [];
    const always = alwaysBlocked(this.#planner.planOf(policy, document, source.now()));
    return always === undefined ? [] : [always.name];
  }

  async #tried(target: Target, host: string): Promise<SelfTest> {
    const { source, clock } = this.#context;
    const began = performance.now();
    const place = {
      server: target.address,
      port: target.port,
      ...(target.from === undefined ? {} : { from: target.from }),
    };
    const found =
      target.kind === "dns" ? await askResolver({ ...place, name: host }) : await askProxy({ ...place, host });
    const policy = source.current();
    const machine = policy === undefined ? undefined : machineOfAddress(policy, target.from ?? "127.0.0.1");
    const isOpen =
      policy !== undefined &&
      machine !== undefined &&
      decide(policy, { machine, target: { kind: "host", host }, now: source.now() }).allowed;
    const label = `${host} (${target.kind} ${target.address})`;
    return {
      ...{ at: clock.now(), target: label, expected: isOpen ? "allowed" : "blocked", found },
      ms: performance.now() - began,
    };
  }
}
