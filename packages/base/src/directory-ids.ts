declare const brand: unique symbol;

/** A department, division or section; opaque, and the same through every change of its code or name. */
export type UnitId = string & { readonly [brand]: "UnitId" };
/** A post; opaque, and the same whoever holds it and wherever it moves. */
export type PostId = string & { readonly [brand]: "PostId" };
/** An appointment of somebody to a post. */
export type AppointmentId = string & { readonly [brand]: "AppointmentId" };
/** A role that was given to somebody. */
export type RoleGrantId = string & { readonly [brand]: "RoleGrantId" };
/** A delegation of a Head's authority. */
export type DelegationId = string & { readonly [brand]: "DelegationId" };
/** A registered machine. */
export type MachineId = string & { readonly [brand]: "MachineId" };
/** A merger or split of departments. */
export type ReorganisationId = string & { readonly [brand]: "ReorganisationId" };

const OPAQUE = /^[A-Za-z0-9_-]{8,40}$/;

function reader<T extends string>(prefix: string): (text: string) => T | undefined {
  return (text) => (text.startsWith(prefix) && OPAQUE.test(text) ? (text as T) : undefined);
}

/** Reads the id of a department, division or section, or returns undefined. */
export const parseUnitId: (text: string) => UnitId | undefined = reader<UnitId>("un_");
/** Reads the id of a post, or returns undefined. */
export const parsePostId: (text: string) => PostId | undefined = reader<PostId>("po_");
/** Reads the id of an appointment, or returns undefined. */
export const parseAppointmentId: (text: string) => AppointmentId | undefined = reader<AppointmentId>("ap_");
/** Reads the id of a role that was given, or returns undefined. */
export const parseRoleGrantId: (text: string) => RoleGrantId | undefined = reader<RoleGrantId>("ro_");
/** Reads the id of a delegation, or returns undefined. */
export const parseDelegationId: (text: string) => DelegationId | undefined = reader<DelegationId>("de_");
/** Reads the id of a machine, or returns undefined. */
export const parseMachineId: (text: string) => MachineId | undefined = reader<MachineId>("ma_");
/** Reads the id of a merger or split, or returns undefined. */
export const parseReorganisationId: (text: string) => ReorganisationId | undefined = reader<ReorganisationId>("re_");
