import type { MatrixClient } from "matrix-js-sdk";
import { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import { Method } from "matrix-js-sdk/lib/http-api/method.js";
import type { CausewayApi } from "../causeway-api.ts";
import { namesIn, type TwoNames } from "../directory/people.ts";
import { plainName } from "../people.ts";
import { listIn, numberIn, partOf, textIn } from "../read-json.ts";

/** An account. */
export interface AccountView {
  readonly userId: string;
  readonly isDeactivated: boolean;
  readonly isLocked: boolean;
  readonly isSuspended: boolean;
}

/** A page of something, and where the next one begins. */
export interface PageOf<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** Accounts in the order of their ids. */
export async function accountsAfter(api: CausewayApi, after: string): Promise<PageOf<AccountView>> {
  const answer = await api.get("/accounts", { limit: "50", ...(after === "" ? {} : { after }) });
  const items = listIn(answer, "accounts").map((one) => ({
    userId: textIn(one, "user_id"),
    isDeactivated: partOf(one, "deactivated") === true,
    isLocked: partOf(one, "locked") === true,
    isSuspended: partOf(one, "suspended") === true,
  }));
  const next = textIn(answer, "next");
  return { items, ...(next === "" ? {} : { next }) };
}

/** Somebody's device, as far as an administrator sees it. */
export interface DeviceView {
  readonly id: string;
  readonly name: string;
  readonly lastSeen?: number;
  readonly class: string;
}

/** Somebody's devices with their classes (security administrators). */
export async function devicesOf(api: CausewayApi, userId: string): Promise<readonly DeviceView[]> {
  const answer = await api.get(`/accounts/${encodeURIComponent(userId)}/devices`);
  return listIn(answer, "devices").map((one) => {
    const lastSeen = numberIn(one, "last_seen_ts");
    return {
      id: textIn(one, "device_id"),
      name: plainName(textIn(one, "display_name")),
      class: textIn(one, "class"),
      ...(lastSeen === undefined ? {} : { lastSeen }),
    };
  });
}

/** Somebody's devices and when they were last used; their classes are the security administrators' (client-server API, "whois"). */
export async function lastUses(client: MatrixClient, userId: string): Promise<readonly DeviceView[]> {
  const at = `/admin/whois/${encodeURIComponent(userId)}`;
  const answer = await client.http.authedRequest<unknown>(Method.Get, at, {}, undefined, {
    prefix: "/_matrix/client/v3",
  });
  return Object.entries(Object(partOf(answer, "devices"))).map(([id, device]) => {
    const [connection] = listIn(listIn(device, "sessions")[0], "connections");
    const lastSeen = numberIn(connection, "last_seen");
    return { id, name: "", class: "", ...(lastSeen === undefined ? {} : { lastSeen }) };
  });
}

/** Says whether the government manages a device. */
export async function setDeviceClass(
  api: CausewayApi,
  device: { readonly userId: string; readonly deviceId: string; readonly class: "managed" | "personal" },
): Promise<void> {
  const at = `/accounts/${encodeURIComponent(device.userId)}/devices/${encodeURIComponent(device.deviceId)}/class`;
  await api.put(at, { class: device.class });
}

/** Signs somebody's device out: a lost phone. */
export async function signOutDevice(api: CausewayApi, userId: string, deviceId: string): Promise<void> {
  await api.post(`/accounts/${encodeURIComponent(userId)}/devices/${encodeURIComponent(deviceId)}/sign-out`);
}

/** A room by its counts. */
export interface RoomCountView {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly isEncrypted: boolean;
  readonly joined: number;
  readonly messages: number;
}

/** Rooms in the order in which they were made. */
export async function roomsAfter(api: CausewayApi, after: string): Promise<PageOf<RoomCountView>> {
  const answer = await api.get("/administration/rooms", after === "" ? {} : { after });
  const items = listIn(answer, "rooms").map((one) => ({
    id: textIn(one, "room_id"),
    name: plainName(textIn(one, "name")),
    label: textIn(one, "label"),
    isEncrypted: partOf(one, "encrypted") === true,
    joined: numberIn(one, "joined") ?? 0,
    messages: numberIn(one, "messages") ?? 0,
  }));
  const next = numberIn(answer, "next");
  return { items, ...(next === undefined ? {} : { next: String(next) }) };
}

/** How the server is. */
export interface HealthView {
  readonly canWrite: boolean;
  readonly hasSpace: boolean;
  readonly freeBytes: number;
  readonly startedAt: number;
  readonly searchBehind: number;
}

export async function serverHealth(api: CausewayApi): Promise<HealthView> {
  const answer = await api.get("/administration/health");
  return {
    canWrite: partOf(answer, "can_write") === true,
    hasSpace: partOf(answer, "has_space") === true,
    freeBytes: numberIn(answer, "free_bytes") ?? 0,
    startedAt: numberIn(answer, "started_at") ?? 0,
    searchBehind: numberIn(answer, "search_behind") ?? 0,
  };
}

/** A department in a list. */
export interface DepartmentView {
  readonly id: string;
  readonly code: string;
  readonly name: TwoNames;
}

export async function departments(api: CausewayApi): Promise<readonly DepartmentView[]> {
  return listIn(await api.get("/directory/departments"), "departments").map((one) => ({
    id: textIn(one, "unit_id"),
    code: textIn(one, "code"),
    name: namesIn(one, "name"),
  }));
}

/** What an import did or would do: one line for each change. */
export interface ImportView {
  readonly rows: number;
  readonly changes: readonly string[];
}

/** Sends a CSV file; with `isDry` nothing changes. */
export async function importCsv(api: CausewayApi, csv: Blob, isDry: boolean): Promise<ImportView> {
  const answer = await api.postText("/directory/import", { dry_run: String(isDry) }, csv);
  return { rows: numberIn(answer, "rows") ?? 0, changes: listIn(answer, "changes").map(changeLine) };
}

function changeLine(change: unknown): string {
  return Object.entries(Object(change))
    .map(([field, value]) => (field === "change" ? String(value) : `${field}: ${plainValue(value)}`))
    .join(" · ");
}

function plainValue(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const fields = Object.entries(value).filter(([, inner]) => inner !== "" && inner !== null);
  return fields.map(([field, inner]) => `${field} ${JSON.stringify(inner)}`).join(", ");
}

/** Why an import was refused, a line for each fault. */
export function importFaults(error: unknown): readonly string[] {
  return error instanceof MatrixError ? listIn(error.data, "faults").map(changeLine) : [];
}

/** Locks an account, or unlocks it (client-server API, "Server administration"). */
export async function setLock(client: MatrixClient, userId: string, locked: boolean): Promise<void> {
  const at = `/admin/lock/${encodeURIComponent(userId)}`;
  await client.http.authedRequest(Method.Put, at, {}, { locked }, { prefix: "/_matrix/client/v1" });
}
