/** The first of the loopback addresses that stand for machines. */
const FIRST = (127 << 24) + (64 << 16) + 1;
const MOST = 1 << 21;

/**
 * The loopback address from which a point asks a resolver on its own machine in the place of a machine: the resolver has it beside the
 * machine's own. A machine that is on the loopback network itself (as in tests) needs none.
 */
export function probeAddress(at: number, addresses: readonly string[]): string | undefined {
  const own = addresses.find((address) => address.startsWith("127."));
  if (own !== undefined) return own;
  if (at >= MOST) return undefined;
  const bits = FIRST + at;
  return [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255].join(".");
}
