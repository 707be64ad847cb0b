import { failure, isStrictLocalpart, localpartOf, ok, type Result, type UserId } from "@causeway/base";
import type { Planning } from "./changes.ts";
import { openDelegationsOf } from "./duties.ts";
import { conflict, notPermitted, unknown } from "./errors.ts";
import type { BothNames } from "./person-entry.ts";
import { endAppointment } from "./plan-appointments.ts";
import type { Person } from "./types.ts";

/** What there is of an account. */
export type Standing = "none" | "active" | "ended";

/** Enters somebody; the account is made when there is none. A leaver's id is not used again: another person may have had it. */
export function planPerson(
  planning: Planning,
  wish: BothNames & { readonly userId: UserId },
  standing: Standing,
): Result<Person> {
  const { draft, now, newAccounts } = planning;
  const known = draft.people.get(wish.userId);
  if (known?.left !== undefined || standing === "ended")
    return conflict("account-ended", "This account has ended; whoever returns gets a new one.");
  if (known !== undefined) return conflict("person-known", "The directory knows this person.");
  if (standing === "none") {
    const localpart = localpartOf(wish.userId);
    if (!isStrictLocalpart(localpart) || localpart.startsWith("_")) return failure("M_INVALID_USERNAME");
    newAccounts.add(wish.userId);
  }
  const person: Person = {
    userId: wish.userId,
    nameEn: wish.nameEn,
    nameZh: wish.nameZh,
    joined: now,
    left: undefined,
    // A new account is in no room.
    isTold: standing === "none",
  };
  draft.put("people", person);
  return ok(person);
}

/** Changes somebody's names. */
export function planRename(planning: Planning, userId: UserId, names: BothNames): Result<Person> {
  const { draft } = planning;
  const known = draft.people.get(userId);
  if (known === undefined || known.left !== undefined) return unknown("person");
  if (known.nameEn === names.nameEn && known.nameZh === names.nameZh) return ok(known);
  const renamed: Person = { ...known, nameEn: names.nameEn, nameZh: names.nameZh, isTold: false };
  draft.put("people", renamed);
  return ok(renamed);
}

/**
 * Somebody leaves for good: in one transaction the account with its sessions ends, posts fall vacant, roles, delegations and
 * credentials end. Nobody makes themselves leave.
 */
export function planDeparture(planning: Planning, userId: UserId, standing: Standing): Result<object> {
  const { draft, actor, now, endingAccounts } = planning;
  if (actor.kind === "person" && actor.user === userId) return notPermitted("own-departure");
  const person = draft.people.get(userId);
  if (person === undefined || person.left !== undefined) return unknown("person");
  draft.put("people", { ...person, left: now });
  endRights(planning, userId);
  if (standing === "active") endingAccounts.add(userId);
  return ok({});
}

/** Ends everything that somebody is and may. */
export function endRights(planning: Planning, userId: UserId): void {
  const { draft, now } = planning;
  for (const appointment of draft.openAppointmentsOf(userId, now)) endAppointment(planning, appointment, now);
  for (const grant of draft.openRolesOf(userId, now)) draft.put("roles", { ...grant, ends: now, isOver: true });
  for (const delegation of openDelegationsOf(draft, userId, now))
    draft.put("delegations", { ...delegation, revoked: now });
  for (const credential of draft.openCredentialsOf(userId, now)) draft.put("credentials", { ...credential, ends: now });
}
