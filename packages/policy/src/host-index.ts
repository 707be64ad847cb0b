import { ByteIndexBuilder, findSuffix, packLists, type ByteIndex, type NumberLists } from "./byte-index.ts";
import type { PolicyService } from "./document.ts";
import type { HostReader } from "./host-reader.ts";

/** Which services have which hosts. */
export interface HostIndex {
  readonly hosts: ByteIndex;
  /** By host: the number of a service times 4, plus 2 where it exempts the host, plus 1 where only this very name is meant. */
  readonly claims: NumberLists;
}

const EXACT = 1;
const EXEMPT = 2;

/** Packs the host rules of all services. */
export function indexHosts(services: readonly PolicyService[]): HostIndex {
  const builder = new ByteIndexBuilder();
  const numbers: number[] = [];
  for (const service of services) {
    for (const { host } of service.hosts) numbers.push(builder.add(host));
    for (const { host } of service.exempt) numbers.push(builder.add(host));
  }
  function* pairs(): Iterable<readonly [number, number]> {
    let next = 0;
    for (const [place, service] of services.entries()) {
      for (const { kind } of service.hosts) yield [numbers[next++] ?? 0, place * 4 + (kind === "exact" ? EXACT : 0)];
      for (const { kind } of service.exempt)
        yield [numbers[next++] ?? 0, place * 4 + EXEMPT + (kind === "exact" ? EXACT : 0)];
    }
  }
  const hosts = builder.build();
  return { hosts, claims: packLists(hosts.count, pairs) };
}

/**
 * The services that a host belongs to: those whose most specific rule is the most specific of all, and that do not exempt it at least
 * as specifically. From the longest suffix to the shortest; the first with a service decides. `isThere` leaves out what does not count here.
 */
export function servicesOfHost(
  index: HostIndex,
  reader: HostReader,
  isThere: (service: number) => boolean,
): readonly number[] {
  let exempt: number[] = NONE;
  const { offsets, values } = index.claims;
  for (let label = 0; label < reader.labels; label += 1) {
    const host = findSuffix(index.hosts, reader, label);
    if (host < 0) continue;
    const first = offsets[host] ?? 0;
    const end = offsets[host + 1] ?? 0;
    for (let exact = label === 0 ? EXACT : 0; exact >= 0; exact -= 1) {
      let found: number[] = NONE;
      // What exempts the host counts wherever it stands in the list.
      for (let at = first; at < end; at += 1) {
        const claim = values[at] ?? 0;
        if ((claim & (EXACT | EXEMPT)) === (exact | EXEMPT)) exempt = [...exempt, claim >> 2];
      }
      for (let at = first; at < end; at += 1) {
        const claim = values[at] ?? 0;
        if ((claim & (EXACT | EXEMPT)) !== exact) continue;
        const service = claim >> 2;
        if (found.includes(service) || exempt.includes(service) || !isThere(service)) continue;
        if (found === NONE) found = [service];
        else found.push(service);
      }
      if (found !== NONE) return found;
    }
  }
  return NONE;
}

const NONE: number[] = [];
