import {
  instant,
  parseAppointmentId,
  parseDelegationId,
  parseMachineId,
  parsePostId,
  parseReorganisationId,
  parseRoleGrantId,
  parseRoomId,
  parseUnitId,
  parseUserId,
} from "@causeway/base";
import { delegationLimits, grantableRoles, machineClasses, postRoles, reorganisationPlan } from "@causeway/contract";
import type { SqlValue } from "@causeway/platform";
import { flag, known, list, optionalText, optionalTime, text, time, user, word, type Columns } from "./columns.ts";
import type { FormerAddress, Rows } from "./types.ts";

/** How a kind of row is kept. */
export interface Table<Row> {
  readonly name: string;
  readonly key: readonly string[];
  /** What identifies a row in memory. */
  id(row: Row): string;
  write(row: Row): Readonly<Record<string, SqlValue>>;
  read(columns: Columns): Row;
  /** Rows that free something (a code, a post, a role) go before those that take it. */
  frees(row: Row): boolean;
}

const parsed =
  <T>(parse: (given: string) => T | undefined) =>
  (row: Columns, name: string): T =>
    known(parse(text(row, name)), name);
const unit = parsed(parseUnitId);
const post = parsed(parsePostId);

function optionalUnit(row: Columns, name: string): ReturnType<typeof unit> | undefined {
  return optionalText(row, name) === undefined ? undefined : unit(row, name);
}

function fromText<T>(parse: (given: string) => T | undefined): (one: unknown) => T | undefined {
  return (one) => (typeof one === "string" ? parse(one) : undefined);
}

function formerAddress(one: unknown): FormerAddress | undefined {
  const { department, code, until }: Record<string, unknown> = { ...Object(one) };
  return typeof department === "string" && typeof code === "string" && typeof until === "number"
    ? { department, code, until: instant(until) }
    : undefined;
}

const number = (value: boolean): SqlValue => (value ? 1 : 0);
const optional = <T extends SqlValue>(value: T | undefined): SqlValue => value ?? null;

const units: Table<Rows["units"]> = {
  name: "directory_units",
  key: ["id"],
  id: (row) => row.id,
  frees: (row) => row.ended !== undefined,
  write: (row) => ({
    id: row.id,
    kind: row.kind,
    department: row.department,
    parent: optional(row.parent),
    code: row.code,
    name_en: row.nameEn,
    name_zh: row.nameZh,
    begun: row.begun,
    ended: optional(row.ended),
    successors: JSON.stringify(row.successors),
    former: JSON.stringify(row.former),
  }),
  read: (row) => ({
    id: unit(row, "id"),
    kind: word(row, "kind", ["department", "division", "section"]),
    department: unit(row, "department"),
    parent: optionalUnit(row, "parent"),
    code: text(row, "code"),
    nameEn: text(row, "name_en"),
    nameZh: text(row, "name_zh"),
    begun: time(row, "begun"),
    ended: optionalTime(row, "ended"),
    successors: list(row, "successors", fromText(parseUnitId)),
    former: list(row, "former", formerAddress),
  }),
};

const posts: Table<Rows["posts"]> = {
  name: "directory_posts",
  key: ["id"],
  id: (row) => row.id,
  frees: (row) => row.ended !== undefined || !row.isHead,
  write: (row) => ({
    id: row.id,
    department: row.department,
    unit: optional(row.unit),
    code: row.code,
    title_en: row.titleEn,
    title_zh: row.titleZh,
    is_head: number(row.isHead),
    roles: JSON.stringify(row.roles),
    begun: row.begun,
    ended: optional(row.ended),
    former: JSON.stringify(row.former),
  }),
  read: (row) => ({
    id: post(row, "id"),
    department: unit(row, "department"),
    unit: optionalUnit(row, "unit"),
    code: text(row, "code"),
    titleEn: text(row, "title_en"),
    titleZh: text(row, "title_zh"),
    isHead: flag(row, "is_head"),
    roles: list(row, "roles", (one) => postRoles.find((role) => role === one)),
    begun: time(row, "begun"),
    ended: optionalTime(row, "ended"),
    former: list(row, "former", formerAddress),
  }),
};

const people: Table<Rows["people"]> = {
  name: "directory_people",
  key: ["user_id"],
  id: (row) => row.userId,
  frees: () => true,
  write: (row) => ({
    user_id: row.userId,
    name_en: row.nameEn,
    name_zh: row.nameZh,
    joined: row.joined,
    left_at: optional(row.left),
    is_told: number(row.isTold),
  }),
  read: (row) => ({
    userId: user(row, "user_id"),
    nameEn: text(row, "name_en"),
    nameZh: text(row, "name_zh"),
    joined: time(row, "joined"),
    left: optionalTime(row, "left_at"),
    isTold: flag(row, "is_told"),
  }),
};

const appointments: Table<Rows["appointments"]> = {
  name: "directory_appointments",
  key: ["id"],
  id: (row) => row.id,
  frees: (row) => row.ends !== undefined,
  write: (row) => ({
    id: row.id,
    post: row.post,
    user_id: row.userId,
    kind: row.kind,
    begins: row.begins,
    ends: optional(row.ends),
  }),
  read: (row) => ({
    id: parsed(parseAppointmentId)(row, "id"),
    post: post(row, "post"),
    userId: user(row, "user_id"),
    kind: word(row, "kind", ["substantive", "acting"]),
    begins: time(row, "begins"),
    ends: optionalTime(row, "ends"),
  }),
};

const roles: Table<Rows["roles"]> = {
  name: "directory_roles",
  key: ["id"],
  id: (row) => row.id,
  frees: (row) => row.isOver,
  write: (row) => ({
    id: row.id,
    user_id: row.userId,
    role: row.role,
    department: optional(row.department),
    given_by: optional(row.by),
    begins: row.begins,
    ends: optional(row.ends),
    is_over: number(row.isOver),
  }),
  read: (row) => ({
    id: parsed(parseRoleGrantId)(row, "id"),
    userId: user(row, "user_id"),
    role: word(row, "role", grantableRoles),
    department: optionalUnit(row, "department"),
    by: optionalText(row, "given_by") === undefined ? undefined : user(row, "given_by"),
    begins: time(row, "begins"),
    ends: optionalTime(row, "ends"),
    isOver: flag(row, "is_over"),
  }),
};

const delegations: Table<Rows["delegations"]> = {
  name: "directory_delegations",
  key: ["id"],
  id: (row) => row.id,
  frees: () => true,
  write: (row) => ({
    id: row.id,
    department: row.department,
    user_id: row.userId,
    given_by: row.by,
    begins: row.begins,
    ends: row.ends,
    limits: JSON.stringify(row.limits),
    revoked: optional(row.revoked),
  }),
  read: (row) => ({
    id: parsed(parseDelegationId)(row, "id"),
    department: unit(row, "department"),
    userId: user(row, "user_id"),
    by: user(row, "given_by"),
    begins: time(row, "begins"),
    ends: time(row, "ends"),
    limits: delegationLimits.parse(JSON.parse(text(row, "limits"))),
    revoked: optionalTime(row, "revoked"),
  }),
};

const machines: Table<Rows["machines"]> = {
  name: "directory_machines",
  key: ["id"],
  id: (row) => row.id,
  frees: () => true,
  write: (row) => ({
    id: row.id,
    name: row.name,
    class: row.class,
    department: row.department,
    addresses: JSON.stringify(row.addresses),
    retired: optional(row.retired),
  }),
  read: (row) => ({
    id: parsed(parseMachineId)(row, "id"),
    name: text(row, "name"),
    class: word(row, "class", machineClasses),
    department: unit(row, "department"),
    addresses: list(row, "addresses", (one) => (typeof one === "string" ? one : undefined)),
    retired: optionalTime(row, "retired"),
  }),
};

const credentials: Table<Rows["credentials"]> = {
  name: "directory_credentials",
  key: ["hash"],
  id: (row) => row.hash,
  frees: () => true,
  write: (row) => ({
    hash: row.hash,
    kind: row.kind,
    owner: row.owner,
    created: row.created,
    ends: optional(row.ends),
  }),
  read: (row) => ({
    hash: text(row, "hash"),
    kind: word(row, "kind", ["point", "proxy"]),
    owner: parseMachineId(text(row, "owner")) ?? user(row, "owner"),
    created: time(row, "created"),
    ends: optionalTime(row, "ends"),
  }),
};

const postRooms: Table<Rows["postRooms"]> = {
  name: "directory_post_rooms",
  key: ["post", "room_id"],
  id: (row) => `${row.post} ${row.roomId}`,
  frees: () => true,
  write: (row) => ({
    post: row.post,
    room_id: row.roomId,
    tied_by: row.by,
    ended: optional(row.ended),
    is_accepted: number(row.isAccepted),
    members: JSON.stringify(row.members),
  }),
  read: (row) => ({
    post: post(row, "post"),
    roomId: parsed(parseRoomId)(row, "room_id"),
    by: user(row, "tied_by"),
    ended: optionalTime(row, "ended"),
    isAccepted: flag(row, "is_accepted"),
    members: list(row, "members", fromText(parseUserId)),
  }),
};

const reorganisations: Table<Rows["reorganisations"]> = {
  name: "directory_reorganisations",
  key: ["id"],
  id: (row) => row.id,
  frees: () => true,
  write: (row) => ({
    id: row.id,
    at: row.at,
    plan: JSON.stringify(row.plan),
    status: row.status,
    fault: optional(row.fault),
    by_user: row.by,
  }),
  read: (row) => ({
    id: parsed(parseReorganisationId)(row, "id"),
    at: time(row, "at"),
    plan: reorganisationPlan.parse(JSON.parse(text(row, "plan"))),
    status: word(row, "status", ["scheduled", "done", "failed", "cancelled"]),
    fault: optionalText(row, "fault"),
    by: user(row, "by_user"),
  }),
};

/** Every table, by kind of row, in the order in which a change writes them. */
export const tables: { readonly [Kind in keyof Rows]: Table<Rows[Kind]> } = {
  units,
  posts,
  people,
  appointments,
  roles,
  delegations,
  machines,
  credentials,
  postRooms,
  reorganisations,
};
