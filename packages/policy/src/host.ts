/** A host in its one normal form: a name in lower-case A-labels without the trailing dot, or a bare address. */
export type Host =
  | { readonly kind: "name"; readonly host: string }
  | { readonly kind: "address"; readonly host: string };

const MAX_NAME = 253;
const MAX_LABEL = 63;
/** Names that need no more than a look: no upper case, nothing that could be an address. */
const PLAIN = /^(?:[a-z0-9_-]+\.)*[a-z_-][a-z0-9_-]*$/;
/** An IPv4 address as everybody writes it. */
const PLAIN_V4 = /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}$/;
/** What a name may consist of; hyphens at the ends of labels are against RFC 952, and in use. */
const NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;
// NOTE A URL parser drops tabs and line breaks from a host: `what\tsapp.com` must be refused, not read as another name.
// oxlint-disable-next-line no-control-regex
const NEVER_IN_HOST = /[\u0000-\u0020\u007f#/<>?@\\^|]/;

/**
 * Reads what a client asked for as a host, in all the ways that browsers read it: upper case, trailing dots, IDN, full-width
 * forms, numbers that are IPv4 addresses in disguise (`0x7f.1`, `2130706433`). Undefined for what is no host at all. Without a port.
 */
export function normalHost(text: string): Host | undefined {
  const bare = text.endsWith(".") ? text.slice(0, -1) : text;
  if (PLAIN.test(bare)) return nameOf(bare);
  if (PLAIN_V4.test(bare)) return { kind: "address", host: bare };
  if (bare === "" || bare.length > 4 * MAX_NAME || NEVER_IN_HOST.test(bare)) return undefined;
  const isV6 = bare.includes(":");
  const inUrl = isV6 && !bare.startsWith("[") ? `[${bare}]` : bare;
  if (isV6 && !/^\[[0-9a-fA-F:.]+\]$/.test(inUrl)) return undefined;
  if (!URL.canParse(`http://${inUrl}/`)) return undefined;
  const { hostname, port, username } = new URL(`http://${inUrl}/`);
  if (port !== "" || username !== "") return undefined;
  if (hostname.startsWith("[")) return { kind: "address", host: unmapped(hostname.slice(1, -1)) };
  if (/^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/.test(hostname)) return { kind: "address", host: hostname };
  return nameOf(hostname.endsWith(".") ? hostname.slice(0, -1) : hostname);
}

function nameOf(host: string): Host | undefined {
  if (host.length > MAX_NAME || !NAME.test(host)) return undefined;
  if (host.split(".").some((label) => label.length > MAX_LABEL)) return undefined;
  return { kind: "name", host };
}

/** `::ffff:7f00:1` is 127.0.0.1 to every socket. */
function unmapped(address: string): string {
  const parts = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (parts === null) return address;
  const [high, low] = [Number.parseInt(parts[1] ?? "", 16), Number.parseInt(parts[2] ?? "", 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
