import { normalHost, type Host } from "@causeway/policy";

/** The address that somebody was kept from, checked: the only one that the page may lead to. */
export interface ReturnAddress {
  /** As a browser writes it. */
  readonly url: string;
  /** `host`, `host:port`: what is shown. */
  readonly shown: string;
  readonly host: Host;
}

const MAX_URL = 4096;

/** Reads the address; undefined for everything but http and https to a host, without a user. `javascript:`, `data:` and their like are no pages. */
export function readReturnAddress(text: string): ReturnAddress | undefined {
  // oxlint-disable-next-line no-control-regex
  if (text === "" || text.length > MAX_URL || /[\0-\x20\x7f\\]/.test(text)) return undefined;
  // NOTE A URL parser forgives `https:host` and `https:///host`; nobody was stopped at such an address.
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if ((url.protocol !== "http:" && url.protocol !== "https:") || url.username !== "" || url.password !== "")
    return undefined;
  if (/^https?:\/\/[^/?#]*@/i.test(text)) return undefined;
  const host = normalHost(url.hostname);
  if (host === undefined) return undefined;
  return { url: url.href, shown: url.host, host };
}
