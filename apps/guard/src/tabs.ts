import { blockAddress, blockedBy, isRequestPage, returnAddress } from "./block-address.ts";
import type { Browser, Tab } from "./ports.ts";

/** A page that the guard took away from a tab. */
interface TakenAway {
  readonly url: string;
  /** How often it was given back: a page that cannot be opened must not be tried for ever. */
  readonly opened: number;
}

/** What is said of an address now. */
export type Says = (url: URL) => "open" | "granted" | "closed";

const NAME = "tabs";
const MAX_OPENED = 3;
const MAX_TABS = 500;
const MAX_ADDRESS = 8192;

/** Takes pages away from tabs, and gives them back. What the address of a page held never leaves the browser. */
export class Tabs {
  #browser: Browser;
  #server: string;
  #taken: Map<number, TakenAway> | undefined;

  constructor(browser: Browser, server: string) {
    this.#browser = browser;
    this.#server = server;
  }

  /** A tab is about to show an address: if it will not be let, it is remembered. */
  async begins({ id, url }: Tab, says: Says): Promise<void> {
    const address = this.#outside(url);
    if (address === undefined || says(address) !== "closed" || url.length > MAX_ADDRESS) return;
    const taken = await this.#load();
    const before = taken.get(id);
    await this.#put(id, { url, opened: before?.url === url ? before.opened : 0 });
  }

  /** A tab shows an address: it is taken away when it is closed, and given back when it is our page and may be opened again. */
  async shows(tab: Tab, says: Says): Promise<void> {
    const blocked = blockedBy(this.#server, tab.url);
    if (blocked !== undefined) return await this.#giveBack(tab, blocked, says);
    if (isRequestPage(this.#server, tab.url)) return await this.#goOn(tab, says);
    const address = this.#outside(tab.url);
    if (address === undefined || says(address) !== "closed") return;
    await this.begins(tab, says);
    await this.#browser.go(tab.id, blockAddress(this.#server, address));
  }

  async closed(id: number): Promise<void> {
    const taken = await this.#load();
    if (taken.delete(id)) await this.#save(taken);
  }

  /**
   * NOTE Anybody can link to our page with any address. So a page that was not taken away from this very tab is opened only where a
   * grant opens it: by such a link nobody gets anywhere that a plain link would not lead to.
   */
  async #giveBack(tab: Tab, blocked: URL, says: Says): Promise<void> {
    const taken = (await this.#load()).get(tab.id);
    const own = taken === undefined ? undefined : returnAddress(withoutUser(taken.url));
    const isOwn = own !== undefined && own.host === blocked.host;
    const target = isOwn ? own : blocked;
    const said = says(target);
    if (said === "closed" || (said === "open" && !isOwn)) return;
    const opened = isOwn ? (taken?.opened ?? 0) : 0;
    if (opened >= MAX_OPENED) return;
    await this.#put(tab.id, { url: target.href, opened: opened + 1 });
    await this.#browser.go(tab.id, target.href);
  }

  /** Whoever asked where they were stopped, in the very tab, gets the page there, once: what they do in it afterwards is not interrupted. */
  async #goOn({ id }: Tab, says: Says): Promise<void> {
    const taken = (await this.#load()).get(id);
    const own = taken?.opened === 0 ? returnAddress(withoutUser(taken.url)) : undefined;
    if (own === undefined || says(own) !== "granted") return;
    await this.#put(id, { url: own.href, opened: 1 });
    await this.#browser.go(id, own.href);
  }

  /** An address of the web that is not the server's. */
  #outside(url: string): URL | undefined {
    const address = returnAddress(withoutUser(url));
    return address === undefined || address.origin === new URL(this.#server).origin ? undefined : address;
  }

  async #put(id: number, one: TakenAway): Promise<void> {
    const taken = await this.#load();
    taken.delete(id);
    taken.set(id, one);
    for (const oldest of taken.keys()) {
      if (taken.size <= MAX_TABS) break;
      taken.delete(oldest);
    }
    await this.#save(taken);
  }

  async #load(): Promise<Map<number, TakenAway>> {
    if (this.#taken !== undefined) return this.#taken;
    const found = await this.#browser.remembered(NAME);
    const rows = Array.isArray(found) ? found : [];
    this.#taken = new Map(
      rows.flatMap((row): readonly (readonly [number, TakenAway])[] => {
        const [id, one] = Array.isArray(row) ? row : [];
        const { url, opened } = Object(one);
        return typeof id === "number" && typeof url === "string" && typeof opened === "number"
          ? [[id, { url, opened }]]
          : [];
      }),
    );
    return this.#taken;
  }

  async #save(taken: ReadonlyMap<number, TakenAway>): Promise<void> {
    await this.#browser.remember(NAME, [...taken]);
  }
}

/** A name before the host is how an address is made to look like another; sites need none. */
function withoutUser(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  url.username = "";
  url.password = "";
  return url.href;
}
