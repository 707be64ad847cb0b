import type { Clock } from "@causeway/base";
import { factsOfError, type Log } from "@causeway/platform";
import { randomUUID } from "node:crypto";
import { PlanFollower, type ChangedMachine, type NamePlan } from "../names/index.ts";
import type { DocumentSource } from "../points/index.ts";
import { proveObeyed, type Obeyed } from "../probe/index.ts";
import { writeForOthers } from "../written-file/index.ts";
import { unboundControl, UnboundError, type UnboundControl } from "./control.ts";
import { exactData, localZoneChanges, type LocalZones } from "./local-zones.ts";
import {
  closedStateOf,
  MARK_VIEW,
  structureOf,
  unboundConfig,
  unboundStateOf,
  viewNameOf,
  type UnboundState,
} from "./state.ts";

/** How an Unbound is made to obey. */
export interface UnboundPointOptions {
  readonly source: DocumentSource;
  readonly clock: Clock;
  readonly log: Log;
  /** Unbound's control socket. */
  readonly control: string;
  /** The file that Unbound's configuration includes. */
  readonly file: string;
  /** Where Unbound answers, for the probes; without it none are made, and the point is shown as not proved. */
  readonly resolver?: { readonly server: string; readonly port: number };
  /** How often it is looked whether Unbound has forgotten what it was told. */
  readonly checkMs?: number;
}

const CHECK_MS = 1000;

/** An Unbound that obeys the policy: a view for each machine, changed over the control socket while it runs. */
export class UnboundPoint implements AsyncDisposable {
  readonly #options: UnboundPointOptions;
  readonly #control: UnboundControl;
  readonly #follower: PlanFollower;
  readonly #mark: string = randomUUID();
  readonly #obeyed: ((obeyed: Obeyed) => void)[] = [];
  #structure: string | undefined;
  #written = "";
  /** What Unbound holds now; undefined when that is not known. */
  #held: UnboundState | undefined;
  #plan: NamePlan | undefined;
  #check: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(options: UnboundPointOptions) {
    this.#options = options;
    this.#control = unboundControl(options.control);
    const { source, log } = options;
    this.#follower = new PlanFollower({ source, log, apply: (plan) => this.#apply(plan) });
    this.#checkLater();
  }

  /** Waits until what is known now is in effect. */
  settled(): Promise<void> {
    return this.#follower.settled();
  }

  /** Tries whether what is known now is obeyed, and reports it: each day, and when somebody wants to know. */
  async test(): Promise<void> {
    await this.#follower.settled();
    const plan = this.#plan;
    if (plan !== undefined) await this.#prove(plan, plan, performance.now());
  }

  /** Hears of everything that was put into effect. */
  onObeyed(hear: (obeyed: Obeyed) => void): void {
    this.#obeyed.push(hear);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#check);
    await this.#follower[Symbol.asyncDispose]();
  }

  async #apply(plan: NamePlan): Promise<void> {
    const began = performance.now();
    const wanted = unboundStateOf(plan, this.#held);
    const closed = closedStateOf(plan);
    const structure = structureOf(wanted);
    const isNew = structure !== this.#structure || this.#held === undefined;
    const before = this.#held;
    this.#held = undefined;
    let held = before ?? closed;
    if (isNew) {
      this.#write(closed);
      this.#structure = undefined;
      await this.#reload();
      this.#structure = structure;
      held = closed;
    }
    await this.#change(held, wanted);
    if (!isNew) this.#write(closed);
    this.#held = wanted;
    const earlier = this.#plan;
    this.#plan = plan;
    await this.#prove(plan, earlier, began);
  }

  #write(closed: UnboundState): void {
    const text = unboundConfig(closed);
    if (text === this.#written) return;
    writeForOthers(this.#options.file, text);
    this.#written = text;
  }

  /** Reads the files again, which forgets what was said over the socket; the cache stays where Unbound can keep it. */
  async #reload(): Promise<void> {
    try {
      await this.#control.command("reload_keep_cache");
    } catch (error) {
      if (!(error instanceof UnboundError) || error.code !== "REFUSED") throw error;
      await this.#control.command("reload");
    }
    await this.#control.command(`view_local_data ${MARK_VIEW} ${this.#mark}.mark. 1 IN TXT "mark"`);
  }

  async #change(held: UnboundState, wanted: UnboundState): Promise<void> {
    for (const [name, view] of wanted.views) {
      const { zones } = view;
      const before = held.views.get(name)?.zones;
      if (before !== zones) await this.#changeZones(before ?? new Map(), zones, { view: name });
    }
    await this.#changeZones(held.others, wanted.others, {});
  }

  async #changeZones(before: LocalZones, after: LocalZones, of: { readonly view?: string }): Promise<void> {
    const { set, removed } = localZoneChanges(before, after);
    const [verb, where] = of.view === undefined ? ["", ""] : ["view_", `${of.view} `];
    for (const [name, kind] of set) {
      const type = kind === "exact" ? "transparent" : kind;
      if (kind === "exact") await this.#control.command(`${verb}local_data ${where}${exactData(name)}`);
      await this.#control.command(`${verb}local_zone ${where}${name}. ${type}`);
    }
    for (const name of removed) await this.#control.command(`${verb}local_zone_remove ${where}${name}.`);
  }

  async #prove(plan: NamePlan, before: NamePlan | undefined, began: number): Promise<void> {
    const { resolver, source, clock } = this.#options;
    if (resolver === undefined) return source.report({ fault: "no-probe" });
    const views = this.#held?.views;
    const from = ({ key }: ChangedMachine): string | undefined =>
      key === undefined ? undefined : views?.get(viewNameOf(key))?.probeFrom;
    const obeyed = await proveObeyed(plan, before, { source, clock, resolver, from, began });
    for (const hear of this.#obeyed) hear(obeyed);
  }

  #checkLater(): void {
    // A look that was under way at the end is the last one: else the program would never end.
    if (this.#isOver) return;
    this.#check = setTimeout(() => void this.#look(), this.#options.checkMs ?? CHECK_MS);
  }

  /** An Unbound that was started anew, or that read its files again, has forgotten the mark, and every exception with it. */
  async #look(): Promise<void> {
    try {
      if (this.#held !== undefined) {
        const data = await this.#control.command(`view_list_local_data ${MARK_VIEW}`);
        if (this.#held !== undefined && !data.includes(this.#mark)) this.#forgotten();
      }
    } catch (error) {
      if (this.#isOver) return;
      this.#options.log.warn("Unbound cannot be asked whether it still obeys", factsOfError(error));
      this.#options.source.report({ fault: "engine-down" });
      this.#forgotten();
    }
    this.#checkLater();
  }

  #forgotten(): void {
    this.#held = undefined;
    this.#plan = undefined;
    this.#follower.wake();
  }
}
