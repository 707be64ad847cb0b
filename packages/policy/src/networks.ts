/** The bits of an address; undefined when it is none. */
function bitsOf(address: string): bigint | undefined {
  if (address.includes(":")) return bitsOfV6(address);
  const parts = address.split(".");
  if (parts.length !== 4 || parts.some((part) => !/^[0-9]{1,3}$/.test(part) || Number(part) > 255)) return undefined;
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function bitsOfV6(address: string): bigint | undefined {
  const [head = "", tail, ...more] = address.split("::");
  if (more.length > 0) return undefined;
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...before, ...Array.from({ length: missing }, () => "0"), ...after];
  if (all.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return all.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

/** Whether an address (in normal form) is in a network (`192.0.2.0/24`, `2001:db8::/32`). */
export function isInNetwork(address: string, network: string): boolean {
  const [base = "", length = ""] = network.split("/");
  if (address.includes(":") !== base.includes(":")) return false;
  const [bits, start] = [bitsOf(address), bitsOf(base)];
  const width = base.includes(":") ? 128 : 32;
  if (bits === undefined || start === undefined || !/^[0-9]{1,3}$/.test(length) || Number(length) > width) return false;
  const shift = BigInt(width - Number(length));
  return bits >> shift === start >> shift;
}
