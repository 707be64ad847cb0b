import {
  instant,
  ok,
  parseAppointmentId,
  type AppointmentId,
  type Instant,
  type Result,
  type UserId,
} from "@causeway/base";
import type { Planning } from "./changes.ts";
import { newId } from "./new-id.ts";
import { openDelegationsOf } from "./duties.ts";
import { conflict, notPermitted, unknown } from "./errors.ts";
import { isOpen } from "./live-state.ts";
import type { Appointment, AppointmentKind, Post } from "./types.ts";

/** Somebody who is to have a post. */
export interface AppointmentWish {
  readonly userId: UserId;
  readonly kind: AppointmentKind;
  /** From now on when left out. */
  readonly from: Instant | undefined;
  readonly until: Instant | undefined;
}

/**
 * Appoints somebody to a post. A post has one holder and one who acts in it at a time; nobody acts in a post that is theirs; an
 * acting appointment has an end. Nobody appoints themselves.
 */
export function planAppointment(planning: Planning, post: Post, wish: AppointmentWish): Result<Appointment> {
  const { draft, actor, now } = planning;
  if (actor.kind === "person" && actor.user === wish.userId) return notPermitted("own-post");
  const person = draft.people.get(wish.userId);
  if (person === undefined || person.left !== undefined) return unknown("person");
  const begins = wish.from ?? now;
  const fault = datesFault({ begins, ends: wish.until, kind: wish.kind }, now);
  if (fault !== undefined) return fault;
  const dates = { begins, ends: wish.until };
  const others = draft.openAppointmentsTo(post.id, now).filter((other) => overlap(other, dates));
  if (others.some((other) => other.userId === wish.userId))
    return conflict("appointed-already", "They have this post, or act in it, at that time already.");
  if (others.some((other) => other.kind === wish.kind))
    return conflict("post-taken", "Somebody else has the post, or acts in it, at that time.");
  const appointment: Appointment = {
    id: newId("ap_", parseAppointmentId),
    post: post.id,
    userId: wish.userId,
    kind: wish.kind,
    ...dates,
  };
  draft.put("appointments", appointment);
  return ok(appointment);
}

function datesFault(
  wish: { readonly begins: Instant; readonly ends: Instant | undefined; readonly kind: AppointmentKind },
  now: Instant,
): Result<never> | undefined {
  if (wish.kind === "acting" && wish.ends === undefined)
    return conflict("no-end", "An acting appointment needs an end.");
  if (wish.ends !== undefined && (wish.ends <= wish.begins || wish.ends <= now))
    return conflict("dates", "An appointment ends after it begins, and not in the past.");
  return undefined;
}

function overlap(
  left: { readonly begins: Instant; readonly ends: Instant | undefined },
  right: { readonly begins: Instant; readonly ends: Instant | undefined },
): boolean {
  return (
    (left.ends === undefined || right.begins < left.ends) && (right.ends === undefined || left.begins < right.ends)
  );
}

/** Ends an appointment by its id, now or at a time before its end. */
export function planAppointmentEnd(
  planning: Planning,
  id: AppointmentId,
  at: Instant | undefined,
): Result<Appointment> {
  const { draft, actor, now } = planning;
  const appointment = draft.appointments.get(id);
  if (appointment === undefined || !isOpen(appointment, now)) return unknown("appointment");
  if (actor.kind === "person" && actor.user === appointment.userId) return notPermitted("own-post");
  const ends = at ?? now;
  if (ends < now || (appointment.ends !== undefined && ends > appointment.ends))
    return conflict("dates", "An appointment ends now or later, and not after its end.");
  const ended = endAppointment(planning, appointment, ends);
  settleRights(planning, ended);
  return ok(ended);
}

/** Ends an appointment; one that has not begun is never in force. What somebody may for the department is settled after all posts are. */
export function endAppointment(planning: Planning, appointment: Appointment, at: Instant): Appointment {
  const ended: Appointment = { ...appointment, ends: instant(Math.max(at, appointment.begins)) };
  planning.draft.put("appointments", ended);
  return ended;
}

/** With the last post that somebody has in a department end what they were delegated and were given for it, at the same instant. */
export function settleRights(planning: Planning, ended: Appointment): void {
  const { draft, now } = planning;
  const { userId } = ended;
  const at = instant(Math.max(ended.ends ?? now, now));
  const department = draft.posts.get(ended.post)?.department;
  if (department === undefined) return;
  const stays = draft
    .openAppointmentsOf(userId, now)
    .some((one) => draft.posts.get(one.post)?.department === department && one.begins <= at && isOpen(one, at));
  if (stays) return;
  for (const delegation of openDelegationsOf(draft, userId, now)) {
    if (delegation.department !== department || delegation.ends <= at) continue;
    draft.put("delegations", at > now ? { ...delegation, ends: at } : { ...delegation, revoked: now });
  }
  for (const grant of draft.openRolesOf(userId, now)) {
    if (grant.department !== department || (grant.ends !== undefined && grant.ends <= at)) continue;
    draft.put("roles", { ...grant, ends: at, isOver: at <= now });
  }
}
