import type { PolicyDelta, PolicyDocument } from "./document.ts";

const kinds = ["services", "rules", "grants", "machines"] as const;

interface Row {
  readonly id: string;
}

/** What changed from one version to a later one. Rows keep their order: changed ones stay in place, new ones come last. */
export function deltaOf(before: PolicyDocument, after: PolicyDocument): PolicyDelta {
  const changed = (
    kind: (typeof kinds)[number],
  ): { readonly put: readonly Row[]; readonly gone: readonly string[] } => {
    const known = new Map<string, Row>(before[kind].map((row) => [row.id, row]));
    const put = after[kind].filter((row) => {
      const same = known.get(row.id);
      return same === undefined || (same !== row && JSON.stringify(same) !== JSON.stringify(row));
    });
    const left = new Set(after[kind].map((row) => row.id));
    return { put, gone: before[kind].filter((row) => !left.has(row.id)).map((row) => row.id) };
  };
  const { services: _s, rules: _r, grants: _g, machines: _m, ...head } = after;
  const put = Object.fromEntries(kinds.map((kind) => [kind, changed(kind).put]));
  const gone = Object.fromEntries(kinds.map((kind) => [kind, changed(kind).gone]));
  return { ...head, since: before.version, put: put as PolicyDelta["put"], gone: gone as PolicyDelta["gone"] };
}

/** Why a delta cannot be applied. */
export type DeltaFault = "other-version" | "other-installation" | "not-newer";

/** The version that comes of a delta; a fault when it does not belong to the version that there is. */
export function applyDelta(document: PolicyDocument, delta: PolicyDelta): PolicyDocument | DeltaFault {
  if (delta.installation !== document.installation) return "other-installation";
  if (delta.since !== document.version) return "other-version";
  if (delta.version <= delta.since) return "not-newer";
  const { put, gone, since: _since, ...head } = delta;
  return {
    ...head,
    services: merged(document.services, put.services, gone.services),
    rules: merged(document.rules, put.rules, gone.rules),
    grants: merged(document.grants, put.grants, gone.grants),
    machines: merged(document.machines, put.machines, gone.machines),
  };
}

function merged<R extends Row>(rows: readonly R[], put: readonly R[], gone: readonly string[]): readonly R[] {
  if (put.length === 0 && gone.length === 0) return rows;
  const changed = new Map(put.map((row) => [row.id, row]));
  const ended = new Set(gone);
  const kept = rows.flatMap((row) => {
    if (ended.has(row.id)) return [];
    const now = changed.get(row.id);
    changed.delete(row.id);
    return [now ?? row];
  });
  return [...kept, ...changed.values()];
}
