import type { Clock } from "@causeway/base";
import { makeDirectoryDurably, type Log } from "@causeway/platform";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { PlanFollower, type ChangedMachine, type NamePlan } from "../names/index.ts";
import type { DocumentSource } from "../points/index.ts";
import { proveObeyed, type Obeyed } from "../probe/index.ts";
import { defaultTimes, zoneText, type RpzPrimary, type RpzZones } from "../rpz/index.ts";
import { writeForOthers } from "../written-file/index.ts";
import { bindConfig, copyOf, keyOf, type BindConfigOptions } from "./config.ts";
import { bindViewsOf, type BindView, type WantedZone } from "./views.ts";

/** How a BIND is made to obey. */
export interface BindPointOptions extends Omit<BindConfigOptions, "primary"> {
  readonly source: DocumentSource;
  readonly clock: Clock;
  readonly log: Log;
  readonly zones: RpzZones;
  readonly primary: RpzPrimary;
  /** Where the primary answers, as BIND sees it. */
  readonly primaryAddress: string;
  /** The file that BIND's configuration includes. */
  readonly file: string;
  /** What the names of the zones end with. */
  readonly suffix?: string;
  /** So many registered machines have a view of their own. */
  readonly machineViews?: number;
  /** Where BIND answers and takes notifications. */
  readonly resolver: { readonly server: string; readonly port: number };
  /** What has BIND read its configuration: the program and its arguments, before `reconfig`. */
  readonly rndc: readonly string[];
  /** Secondaries beside this BIND: they are told of all zones. */
  readonly alsoNotify?: Parameters<RpzPrimary["set"]>[1];
  readonly alsoKeys?: Parameters<RpzPrimary["set"]>[0];
}

const SUFFIX = "rpz-causeway";
/** About 640 MB of BIND's memory. */
const MACHINE_VIEWS = 64;
const RECONFIG_MS = 60_000;
const run = promisify(execFile);

/** A BIND that obeys the policy: views with zones of which our primary tells it. */
export class BindPoint implements AsyncDisposable {
  readonly #options: BindPointOptions & { readonly suffix: string; readonly machineViews: number };
  readonly #follower: PlanFollower;
  readonly #obeyed: ((obeyed: Obeyed) => void)[] = [];
  #views: readonly BindView[] = [];
  #written: string | undefined;
  #before: NamePlan | undefined;

  constructor(options: BindPointOptions) {
    this.#options = {
      ...options,
      suffix: options.suffix ?? SUFFIX,
      machineViews: options.machineViews ?? MACHINE_VIEWS,
    };
    makeDirectoryDurably(options.folder);
    const { source, log } = options;
    this.#follower = new PlanFollower({ source, log, apply: (plan) => this.#apply(plan) });
  }

  /** Waits until what is known now is in effect. */
  settled(): Promise<void> {
    return this.#follower.settled();
  }

  /** Tries whether what is known now is obeyed, and reports it: each day, and when somebody wants to know. */
  async test(): Promise<void> {
    await this.#follower.settled();
    const plan = this.#before;
    if (plan !== undefined) await this.#prove(plan, plan, performance.now());
  }

  /** Hears of everything that was put into effect. */
  onObeyed(hear: (obeyed: Obeyed) => void): void {
    this.#obeyed.push(hear);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#follower[Symbol.asyncDispose]();
  }

  async #apply(plan: NamePlan): Promise<void> {
    const began = performance.now();
    const views = bindViewsOf(plan, this.#options);
    const wanted = new Map(views.flatMap((view) => view.zones.map((zone) => [zone.name, zone] as const)));
    for (const zone of wanted.values()) this.#publish(zone);
    await this.#configure(views);
    const mine = new RegExp(`^[mgp]-[0-9a-f]{16}\\.${this.#options.suffix}$`);
    for (const name of [...this.#options.zones.names])
      if (mine.test(name) && !wanted.has(name)) this.#options.zones.forget(name);
    const before = this.#before;
    this.#before = plan;
    await this.#prove(plan, before, began);
  }

  #publish(zone: WantedZone): void {
    const { unfit } = this.#options.zones.publish(zone.name, zone.rules);
    if (unfit.length > 0) this.#options.log.warn("names do not fit into a zone", { names: unfit.length });
  }

  /** Has BIND read its configuration when the views are others than before. */
  async #configure(views: readonly BindView[]): Promise<void> {
    const { primary, primaryAddress: address, secret, resolver, file } = this.#options;
    const text = bindConfig(views, { ...this.#options, primary: { address, port: primary.port } });
    this.#views = views;
    const keys = views.map(({ name }) => keyOf(name, secret));
    const secondaries = views.map((view, at) => {
      const key = keys[at];
      const has = (zone: string): boolean => view.zones.some(({ name }) => name === zone);
      return { address: resolver.server, port: resolver.port, has, ...(key === undefined ? {} : { key }) };
    });
    const { alsoKeys = [], alsoNotify = [] } = this.#options;
    primary.set([...keys, ...alsoKeys], [...secondaries, ...alsoNotify]);
    if (text === this.#written) return;
    this.#written = undefined;
    // NOTE BIND answers without a zone's rules until it has the zone: a new view begins with a copy.
    for (const view of views) for (const zone of view.zones) this.#writeCopy(view, zone);
    writeForOthers(file, text, 0o640);
    const [program = "rndc", ...args] = this.#options.rndc;
    await run(program, [...args, "reconfig"], { timeout: RECONFIG_MS });
    this.#written = text;
  }

  #writeCopy(view: BindView, wanted: WantedZone): void {
    const path = copyOf(view, wanted, this.#options.folder);
    const zone = this.#options.zones.find(wanted.name);
    if (zone !== undefined && !existsSync(path)) writeForOthers(path, zoneText(zone, defaultTimes), 0o664);
  }

  async #prove(plan: NamePlan, before: NamePlan | undefined, began: number): Promise<void> {
    const played = new Map(
      this.#views.flatMap(({ addresses = [], probeFrom }) => addresses.map((address) => [address, probeFrom] as const)),
    );
    const from = ({ addresses }: ChangedMachine): string | undefined => played.get(addresses[0] ?? "");
    const obeyed = await proveObeyed(plan, before, { ...this.#options, from, began });
    for (const hear of this.#obeyed) hear(obeyed);
  }
}
