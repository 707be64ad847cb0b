import { failure, ok, parseMachineId, type Instant, type MachineId, type Result, type UserId } from "@causeway/base";
import type { MachineClass } from "@causeway/contract";
import { hash, randomBytes } from "node:crypto";
import { normalAddress } from "./addresses.ts";
import type { Planning } from "./changes.ts";
import { newId } from "./new-id.ts";
import { conflict, unknown } from "./errors.ts";
import type { LiveState } from "./live-state.ts";
import type { DirectoryLimits } from "./limits.ts";
import { openDepartmentOr } from "./plan-units.ts";
import type { Credential, Machine } from "./types.ts";

/** A machine that is to be registered. */
export interface MachineWish {
  readonly name: string;
  /** The code of its department. */
  readonly department: string;
  readonly addresses: readonly string[];
}

/** A machine that is in the register. */
export function openMachineOr(state: LiveState, id: MachineId): Result<Machine> {
  const machine = state.machines.get(id);
  return machine === undefined || machine.retired !== undefined ? unknown("machine") : ok(machine);
}

function normalAddresses(
  draft: LiveState,
  addresses: readonly string[],
  own: MachineId | undefined,
): Result<readonly string[]> {
  const normal = addresses.map(normalAddress);
  if (normal.includes(undefined)) return failure("M_INVALID_PARAM", "body `addresses`: not an IP address");
  const unique = [...new Set(normal.filter((one) => one !== undefined))];
  const isTaken = unique.some((one) => draft.machines.by("byAddress", one).some((other) => other.id !== own));
  return isTaken ? conflict("address-used", "Another machine has one of these addresses.") : ok(unique);
}

/** Registers a machine, as an internal desktop: what it is otherwise is a decision of its own. */
export function planMachine(planning: Planning, wish: MachineWish): Result<Machine> {
  const { draft } = planning;
  const department = openDepartmentOr(draft, wish.department);
  if (!department.ok) return department;
  const addresses = normalAddresses(draft, wish.addresses, undefined);
  if (!addresses.ok) return addresses;
  const machine: Machine = {
    id: newId("ma_", parseMachineId),
    name: wish.name,
    class: "internal-desktop",
    department: department.value.id,
    addresses: addresses.value,
    retired: undefined,
  };
  draft.put("machines", machine);
  return ok(machine);
}

/** Changes what is given of a machine. */
export function planMachineChange(
  planning: Planning,
  id: MachineId,
  wish: { readonly [Key in keyof MachineWish]?: MachineWish[Key] | undefined },
): Result<Machine> {
  const { draft } = planning;
  const machine = openMachineOr(draft, id);
  if (!machine.ok) return machine;
  let changed: Machine = { ...machine.value, name: wish.name ?? machine.value.name };
  if (wish.department !== undefined) {
    const department = openDepartmentOr(draft, wish.department);
    if (!department.ok) return department;
    changed = { ...changed, department: department.value.id };
  }
  if (wish.addresses !== undefined) {
    const addresses = normalAddresses(draft, wish.addresses, id);
    if (!addresses.ok) return addresses;
    changed = { ...changed, addresses: addresses.value };
  }
  draft.put("machines", changed);
  return ok(changed);
}

/** Says what a machine is. */
export function planMachineClass(planning: Planning, id: MachineId, machineClass: MachineClass): Result<Machine> {
  const machine = openMachineOr(planning.draft, id);
  if (!machine.ok) return machine;
  const changed: Machine = { ...machine.value, class: machineClass };
  planning.draft.put("machines", changed);
  return ok(changed);
}

/** Takes a machine out of the register, with its tokens. */
export function planMachineEnd(planning: Planning, id: MachineId): Result<Machine> {
  const { draft, now } = planning;
  const machine = openMachineOr(draft, id);
  if (!machine.ok) return machine;
  const retired: Machine = { ...machine.value, retired: now };
  draft.put("machines", retired);
  endCredentials(planning, id);
  return ok(retired);
}

/** What is kept of a credential. */
export function hashCredential(secret: string): string {
  return hash("sha256", secret, "base64url");
}

/** A new secret; the prefix tells its kind in a leak. */
export function newSecret(kind: Credential["kind"]): string {
  return `${kind === "point" ? "cwm" : "cwp"}_${randomBytes(32).toString("base64url")}`;
}

/** A credential that is to be kept, with its secret's hash. */
export interface CredentialWish {
  readonly owner: MachineId | UserId;
  readonly kind: Credential["kind"];
  readonly hash: string;
  readonly until: Instant | undefined;
}

/** Keeps a credential of a machine or person. */
export function planCredential(
  planning: Planning,
  wish: CredentialWish,
  limits: Pick<DirectoryLimits, "maxCredentials">,
): Result<Credential> {
  const { draft, now } = planning;
  if (wish.until !== undefined && wish.until <= now) return conflict("dates", "The end is in the past.");
  if (draft.openCredentialsOf(wish.owner, now).length >= limits.maxCredentials)
    return failure("M_TOO_LARGE", `There may be ${limits.maxCredentials} at most; revoke the old ones first.`);
  const credential: Credential = {
    hash: wish.hash,
    kind: wish.kind,
    owner: wish.owner,
    created: now,
    ends: wish.until,
  };
  draft.put("credentials", credential);
  return ok(credential);
}

/** Ends all credentials of a machine or person. */
export function endCredentials(planning: Planning, owner: MachineId | UserId): void {
  const { draft, now } = planning;
  for (const one of draft.openCredentialsOf(owner, now)) draft.put("credentials", { ...one, ends: now });
}
