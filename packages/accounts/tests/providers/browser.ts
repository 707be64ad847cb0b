/** Where a browser ended, and what it saw there. */
export interface Visited {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** As much of a browser as sign-in needs: cookies by host, and redirects until `until` begins an address. */
export class Browser {
  #cookies = new Map<string, Map<string, string>>();

  /** Goes somewhere, and on wherever it is sent; an address that begins with `until` is not opened. */
  async go(address: string, until = "never:"): Promise<Visited> {
    let url = new URL(address);
    for (let hops = 0; hops < 20; hops += 1) {
      const response = await fetch(url, { redirect: "manual", headers: { cookie: this.#cookieFor(url) } });
      this.#keep(url, response.headers.getSetCookie());
      const location = response.headers.get("location");
      if (location === null || response.status < 300 || response.status >= 400)
        return { url, status: response.status, text: await response.text(), headers: response.headers };
      await response.body?.cancel();
      url = new URL(location, url);
      if (url.href.startsWith(until)) return { url, status: response.status, text: "", headers: response.headers };
    }
    throw new Error("redirected for ever");
  }

  #cookieFor(url: URL): string {
    return [...(this.#cookies.get(url.host) ?? [])].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  #keep(url: URL, set: readonly string[]): void {
    const own = this.#cookies.get(url.host) ?? new Map<string, string>();
    this.#cookies.set(url.host, own);
    for (const one of set) {
      const [pair = ""] = one.split(";");
      const name = pair.slice(0, pair.indexOf("="));
      const isOver = /max-age=0(;|$)/i.test(one) || /expires=Thu, 01 Jan 1970/i.test(one);
      if (isOver) own.delete(name);
      else own.set(name, pair.slice(pair.indexOf("=") + 1));
    }
  }
}
