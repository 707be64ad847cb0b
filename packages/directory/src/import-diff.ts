import type { Instant, UnitId } from "@causeway/base";
import type { LiveState, Touched } from "./live-state.ts";
import { displayNameOf } from "./person-entry.ts";
import type { Appointment, Delegation, Person, Post, RoleGrant, Unit } from "./types.ts";

/** One change, as a dry run lists it: what, of what, from what to what, and the line that says so. */
export interface ChangeEntry {
  readonly change: string;
  readonly line?: number;
  readonly [field: string]: unknown;
}

/** What lists changes: the directory as it is and as it would be. */
export interface DiffParts {
  readonly draft: LiveState;
  readonly touched: readonly Touched[];
  readonly lines: ReadonlyMap<string, number>;
  readonly now: Instant;
}

/** Lists changes in an order that is always the same, by codes and user names only: two dry runs of the same file are equal. */
export function listChanges(parts: DiffParts): readonly ChangeEntry[] {
  const entries = parts.touched.flatMap((one) => entriesOf(parts, one));
  return entries
    .map(([rank, entry]) => [`${rank} ${keyOf(entry)}`, entry] as const)
    .toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
    .map(([, entry]) => entry);
}

function keyOf(entry: ChangeEntry): string {
  const fields = ["department", "code", "post", "user", "role", "change", "acting", "from", "until"];
  return fields.map((name) => JSON.stringify(entry[name] ?? "")).join(" ");
}

type Ranked = readonly [rank: number, entry: ChangeEntry];

function entriesOf(parts: DiffParts, one: Touched): readonly Ranked[] {
  switch (one.kind) {
    case "units":
      return unitEntries(parts, one.before, one.now);
    case "posts":
      return postEntries(parts, one.before, one.now);
    case "people":
      return personEntries(parts, one.before, one.now);
    case "appointments":
      return appointmentEntries(parts, one.before, one.now);
    case "roles":
      return roleEntries(parts, one.before, one.now);
    case "delegations":
      return delegationEntries(parts, one.before, one.now);
    default:
      return [];
  }
}

function line(parts: DiffParts, id: string): { readonly line?: number } {
  const found = parts.lines.get(id);
  return found === undefined || found === 0 ? {} : { line: found };
}

function codeOf(parts: DiffParts, unit: UnitId | undefined): string | undefined {
  return unit === undefined ? undefined : parts.draft.units.get(unit)?.code;
}

/** The fields that differ, before and after. */
function differing(
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): { readonly from: object; readonly to: object } | undefined {
  const names = Object.keys(now).filter((name) => before[name] !== now[name]);
  if (names.length === 0) return undefined;
  const pick = (of: Readonly<Record<string, unknown>>): object =>
    Object.fromEntries(names.map((name) => [name, of[name] ?? null]));
  return { from: pick(before), to: pick(now) };
}

function unitEntries(parts: DiffParts, before: Unit | undefined, now: Unit): readonly Ranked[] {
  const fields = (unit: Unit): Readonly<Record<string, unknown>> => ({
    name_en: unit.nameEn,
    name_zh: unit.nameZh,
    ...(unit.kind === "section" ? { division: codeOf(parts, unit.parent) } : {}),
  });
  const rank = now.kind === "department" ? 1 : now.kind === "division" ? 2 : 3;
  const department = codeOf(parts, now.department);
  const of = { department, ...(now.kind === "department" ? {} : { code: now.code }), ...line(parts, now.id) };
  if (before === undefined) return [[rank, { change: `${now.kind}-entered`, ...of, to: fields(now) }]];
  const changed = differing(fields(before), fields(now));
  return changed === undefined ? [] : [[rank, { change: `${now.kind}-changed`, ...of, ...changed }]];
}

function postEntries(parts: DiffParts, before: Post | undefined, now: Post): readonly Ranked[] {
  const fields = (post: Post): Readonly<Record<string, unknown>> => ({
    title_en: post.titleEn,
    title_zh: post.titleZh,
    unit: codeOf(parts, post.unit),
    head: post.isHead,
  });
  const of = { department: codeOf(parts, now.department), post: now.code, ...line(parts, now.id) };
  if (before === undefined) return [[4, { change: "post-entered", ...of, to: fields(now) }]];
  const changed = differing(fields(before), fields(now));
  return changed === undefined ? [] : [[4, { change: "post-changed", ...of, ...changed }]];
}

function personEntries(parts: DiffParts, before: Person | undefined, now: Person): readonly Ranked[] {
  const of = { user: now.userId, ...line(parts, now.userId) };
  if (before === undefined) {
    const to = { name_en: now.nameEn, name_zh: now.nameZh };
    return [[5, { change: "person-entered", ...of, to, account: now.isTold ? "new" : "existing" }]];
  }
  const names = differing({ name: displayNameOf(before) }, { name: displayNameOf(now) });
  const renamed: readonly Ranked[] = names === undefined ? [] : [[5, { change: "person-renamed", ...of, ...names }]];
  if (before.left === undefined && now.left !== undefined) return [...renamed, [6, { change: "person-left", ...of }]];
  return renamed;
}

function appointmentEntries(parts: DiffParts, before: Appointment | undefined, now: Appointment): readonly Ranked[] {
  const post = parts.draft.posts.get(now.post);
  const of = {
    department: codeOf(parts, post?.department),
    post: post?.code,
    user: now.userId,
    acting: now.kind === "acting",
    ...line(parts, now.id),
  };
  const isLater = now.ends !== undefined && now.ends > parts.now;
  if (before !== undefined) return [[7, { change: "appointment-ended", ...of, ...(isLater ? { at: now.ends } : {}) }]];
  const dates = {
    ...(now.begins > parts.now ? { from: now.begins } : {}),
    ...(now.ends === undefined ? {} : { until: now.ends }),
  };
  return [[8, { change: "appointed", ...of, ...dates }]];
}

function roleEntries(parts: DiffParts, before: RoleGrant | undefined, now: RoleGrant): readonly Ranked[] {
  if (before === undefined || before.isOver || !now.isOver) return [];
  const department = codeOf(parts, now.department);
  const entry = {
    change: "role-ended",
    user: now.userId,
    role: now.role,
    ...(department === undefined ? {} : { department }),
  };
  return [[9, entry]];
}

function delegationEntries(parts: DiffParts, before: Delegation | undefined, now: Delegation): readonly Ranked[] {
  if (before === undefined || before.revoked !== undefined || now.revoked === undefined) return [];
  return [[9, { change: "delegation-ended", user: now.userId, department: codeOf(parts, now.department) }]];
}
