import { instant, type Instant } from "@causeway/base";
import type { GuardPolicy } from "@causeway/contract";
import { GuardClock, type KeptTime, type TimeSource } from "./clock.ts";
import { loopback } from "./patterns.ts";
import { hashOf, initialPolicy, takePolicy, type GuardConfig, type PolicyFault, type Taken } from "./policy.ts";
import type { Browser, Tab } from "./ports.ts";
import { prove, type Proof } from "./proof.ts";
import { ask, browserRules, pagesWithoutUpload, type Obeyed } from "./rules.ts";
import { Tabs, type Says } from "./tabs.ts";

const POLICY = "policy";
const TIME = "time";
const LOOPBACK = new RegExp(loopback);
/** The longest that a timer is set for: what is further away is looked at again before. */
const MAX_WAIT_MS = 60_000;

/** Has the browser obey the policy, at every time. One thing after another: what is done is never done by half. */
export class Guard {
  #browser: Browser;
  #config: GuardConfig;
  #clock: GuardClock;
  #tabs: Tabs;
  #taken: Taken | undefined;
  #obeyed: Obeyed | undefined;
  #applied: { lasting: string; passing: string; pages: string } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(browser: Browser, config: GuardConfig, clock: GuardClock) {
    this.#browser = browser;
    this.#config = config;
    this.#clock = clock;
    this.#tabs = new Tabs(browser, config.server);
  }

  /** Wakes up with what was kept: the last policy, and the time that it then was. */
  static async wake(browser: Browser, config: GuardConfig, source: TimeSource): Promise<Guard> {
    const guard = new Guard(browser, config, new GuardClock(source, readTime(await browser.kept(TIME))));
    const kept = readKept(await browser.kept(POLICY));
    const taken = kept === undefined ? undefined : await takePolicy(config, kept, undefined);
    guard.#taken = typeof taken === "object" ? taken : undefined;
    guard.#obeyed = guard.#taken?.obeyed ?? initialPolicy(config);
    return guard;
  }

  /** The version that is obeyed; 0 as long as there has been none. */
  get version(): number {
    return this.#taken?.view.head.version ?? 0;
  }

  /** The hash of the base that is there. */
  async base(): Promise<string | undefined> {
    return this.#taken === undefined ? undefined : await hashOf(this.#taken.kept.base);
  }

  now(): Instant {
    return this.#clock.now();
  }

  /** Takes a policy and has the browser obey it; the fault when it is not taken, and nothing has changed. */
  async receive(message: Omit<GuardPolicy, "type">): Promise<PolicyFault | undefined> {
    return await this.#inTurn(async () => {
      const taken = await takePolicy(this.#config, message, this.#taken);
      if (typeof taken === "string") return taken;
      this.#taken = taken;
      this.#obeyed = taken.obeyed;
      this.#clock.knows(taken.view.now);
      await this.#browser.keep(POLICY, taken.kept);
      await this.#apply();
      return undefined;
    });
  }

  /** Looks whether the browser really blocks what must be blocked. */
  async prove(): Promise<Proof | undefined> {
    return await this.#inTurn(async () => {
      if (this.#obeyed === undefined) return undefined;
      return prove(this.#obeyed, await this.#browser.rules(), this.now());
    });
  }

  /** Looks at the time. Answers when to look again at the latest. */
  async tick(): Promise<number> {
    return await this.#inTurn(async () => {
      await this.#browser.keep(TIME, this.#clock.kept());
      await this.#apply();
      return this.#wait();
    });
  }

  /** A tab is about to show an address. */
  async begins(tab: Tab): Promise<void> {
    await this.#inTurn(() => this.#tabs.begins(tab, this.#says()));
  }

  /** A tab shows an address, from wherever it came: also from a page's own store or from the browser's memory. */
  async shows(tab: Tab): Promise<void> {
    await this.#inTurn(() => this.#tabs.shows(tab, this.#says()));
  }

  async closed(tab: number): Promise<void> {
    await this.#inTurn(() => this.#tabs.closed(tab));
  }

  async #apply(): Promise<void> {
    if (this.#obeyed === undefined) return;
    const { lasting, passing } = browserRules(this.#obeyed, this.now(), this.#config.server);
    const pages = pagesWithoutUpload(this.#obeyed, this.now());
    const wanted = {
      lasting: JSON.stringify(lasting),
      passing: JSON.stringify(passing),
      pages: JSON.stringify(pages),
    };
    const hasNewPages = wanted.pages !== this.#applied?.pages;
    try {
      if (hasNewPages) await this.#browser.setWithoutUpload(pages);
    } catch (error) {
      // What closes does not wait for that; and where uploads cannot be kept in nothing is open for a time.
      this.#applied = undefined;
      await this.#browser.setPassing([]);
      await this.#browser.setLasting(lasting);
      throw error;
    }
    // What is open for a time goes first: at no moment is more open than the policy says.
    if (wanted.passing !== this.#applied?.passing) await this.#browser.setPassing(passing);
    if (wanted.lasting !== this.#applied?.lasting) await this.#browser.setLasting(lasting);
    this.#applied = wanted;
    const says = this.#says();
    for (const tab of await this.#browser.tabs()) {
      await this.#tabs.shows(tab, says);
      if (hasNewPages && this.#isWithoutUpload(tab.url)) await this.#browser.endUpload(tab.id);
    }
  }

  #isWithoutUpload(address: string): boolean {
    if (this.#obeyed === undefined || !/^https?:/.test(address)) return false;
    const verdict = ask(this.#obeyed, new URL(address).hostname, this.now());
    return verdict.allowed && !verdict.upload;
  }

  #says(): Says {
    const obeyed = this.#obeyed;
    const now = this.now();
    return (url) => {
      if (obeyed === undefined || LOOPBACK.test(`${url.origin}/`)) return "open";
      const verdict = ask(obeyed, url.hostname, now);
      if (!verdict.allowed) return "closed";
      return verdict.by === "grant" ? "granted" : "open";
    };
  }

  /** Until the next grant or rule begins or ends. */
  #wait(): number {
    const now = this.now();
    const { grants, rules } = this.#obeyed?.document ?? { grants: [], rules: [] };
    const times = [
      ...grants.flatMap(({ begins, ends }) => [begins, ends]),
      ...rules.flatMap(({ from, until }) => [from ?? now, until ?? now]),
      // Hours begin and end with a minute.
      instant(Math.floor(now / MAX_WAIT_MS) * MAX_WAIT_MS + MAX_WAIT_MS),
    ];
    return Math.min(...times.filter((time) => time > now)) - now;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work, work);
    this.#turn = done.catch(() => undefined);
    return await done;
  }
}

function readTime(found: unknown): KeptTime | undefined {
  const { at, wall } = Object(found);
  return typeof at === "number" && typeof wall === "number" ? { at: instant(at), wall } : undefined;
}

function readKept(found: unknown): Taken["kept"] | undefined {
  const { signed, signatures, base } = Object(found);
  if (typeof signed !== "string" || typeof base !== "string" || typeof signatures !== "object") return undefined;
  return { signed, signatures: Object(signatures), base };
}
