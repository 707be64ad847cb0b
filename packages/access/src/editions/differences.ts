/** A row of an edition. */
interface Row {
  readonly id: string;
}

/** What differs between two lists of rows. */
export interface Differences {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly ChangedRow[];
}

/** A row that says something else: which parts of it, and for lists what came and went. */
export interface ChangedRow {
  readonly id: string;
  readonly parts: readonly string[];
  readonly hostsAdded?: readonly string[];
  readonly hostsRemoved?: readonly string[];
}

/** What came, went and changed from one list to another, by id. */
export function differencesOf(before: readonly Row[], after: readonly Row[]): Differences {
  const old = new Map(before.map((row) => [row.id, row]));
  const young = new Map(after.map((row) => [row.id, row]));
  return {
    added: after.filter(({ id }) => !old.has(id)).map(({ id }) => id),
    removed: before.filter(({ id }) => !young.has(id)).map(({ id }) => id),
    changed: after.flatMap((row) => {
      const was = old.get(row.id);
      return was === undefined ? [] : changesOf(was, row);
    }),
  };
}

function changesOf(was: Row, row: Row): readonly ChangedRow[] {
  const [left, right] = [new Map(Object.entries(was)), new Map(Object.entries(row))];
  const names = [...new Set([...left.keys(), ...right.keys()])];
  const parts = names.filter((name) => JSON.stringify(left.get(name)) !== JSON.stringify(right.get(name)));
  if (parts.length === 0) return [];
  if (!parts.includes("hosts")) return [{ id: row.id, parts }];
  const [from, to] = [new Set(hostsOf(left.get("hosts"))), new Set(hostsOf(right.get("hosts")))];
  const hostsAdded = [...to].filter((host) => !from.has(host));
  const hostsRemoved = [...from].filter((host) => !to.has(host));
  return [{ id: row.id, parts, hostsAdded, hostsRemoved }];
}

/** `exact drive.google.com`, `suffix whatsapp.com`. */
function hostsOf(hosts: unknown): readonly string[] {
  if (!Array.isArray(hosts)) return [];
  return hosts.map((one) => `${String(Reflect.get(Object(one), "kind"))} ${String(Reflect.get(Object(one), "host"))}`);
}
