import { BlockList, isIP } from "node:net";

/** Addresses that are not of the public internet (IANA's special-purpose registries), and those that hide an IPv4 address. */
const NOT_PUBLIC: readonly string[] = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
  "::/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
  "5f00::/16",
  "fc00::/7",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
];

/** A set of networks. */
export interface Networks {
  has(address: string): boolean;
}

interface Network {
  readonly address: string;
  readonly bits: number;
  readonly family: "ipv4" | "ipv6";
}

/** Reads `10.1.0.0/16`, `::1` and the like. */
function parseNetwork(text: string): Network | undefined {
  const [address = "", prefix, more] = text.split("/");
  const version = isIP(address);
  if (version === 0 || more !== undefined || address.includes("%")) return undefined;
  const most = version === 4 ? 32 : 128;
  const bits = prefix === undefined ? most : /^[0-9]{1,3}$/.test(prefix) ? Number(prefix) : most + 1;
  return bits > most ? undefined : { address, bits, family: version === 4 ? "ipv4" : "ipv6" };
}

/** Whether a text names an address or a network. */
export function isNetwork(text: string): boolean {
  return parseNetwork(text) !== undefined;
}

/** A set of networks from their texts; what is no network is left out. */
export function networksOf(texts: readonly string[]): Networks {
  const list = new BlockList();
  for (const text of texts) {
    const network = parseNetwork(text);
    if (network !== undefined) list.addSubnet(network.address, network.bits, network.family);
  }
  return { has: (address) => list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4") };
}

const notPublic = networksOf(NOT_PUBLIC);

/** Whether an address is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  // NOTE A list that has ::ffff:0:0/96 takes every IPv4 address for one of it, so these are told by their text.
  const isHidden = /^::ffff:/i.test(address) || address.includes("%");
  return isIP(address) !== 0 && !isHidden && !notPublic.has(address);
}
