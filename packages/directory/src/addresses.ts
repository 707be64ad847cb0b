import { isIP, isIPv4 } from "node:net";

const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/** An IPv4 or IPv6 address in its one normal form, so that it is found however it is written; undefined for anything else. */
export function normalAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (isIP(text) !== 6 || text.includes("%")) return undefined;
  const whole = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const mapped = MAPPED.exec(whole);
  if (mapped === null) return whole;
  const [high = 0, low = 0] = mapped.slice(1).map((part) => Number.parseInt(part, 16));
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}
