/** The name one level up; undefined above the last label. */
export function parentOf(host: string): string | undefined {
  const dot = host.indexOf(".");
  return dot === -1 ? undefined : host.slice(dot + 1);
}

/**
 * Names with every name between one of them and another above it. Where a zone says something of a name, a wildcard further up stops
 * at the empty place between them (RFC 4592): so each place between must be said too.
 */
export function withPlacesBetween(hosts: Iterable<string>): ReadonlySet<string> {
  const all = new Set(hosts);
  for (const host of [...all]) {
    const above: string[] = [];
    let highest = 0;
    for (let up = parentOf(host); up !== undefined; up = parentOf(up)) {
      above.push(up);
      if (all.has(up)) highest = above.length;
    }
    for (const place of above.slice(0, highest)) all.add(place);
  }
  return all;
}

/** For each place above one of the names: the places directly below it, on the way to them. */
export function childrenOf(hosts: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const host of hosts) {
    let at = host;
    for (let up = parentOf(at); up !== undefined && !seen.has(at); up = parentOf(at)) {
      seen.add(at);
      const known = children.get(up);
      if (known === undefined) children.set(up, [at]);
      else known.push(at);
      at = up;
    }
  }
  return children;
}

/** A name and all below it. */
export function* namesFrom(host: string, children: ReadonlyMap<string, readonly string[]>): Generator<string> {
  yield host;
  for (const child of children.get(host) ?? []) yield* namesFrom(child, children);
}
