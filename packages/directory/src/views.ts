import type { Instant, UnitId, UserId } from "@causeway/base";
import { headOf, holdingOf } from "./duties.ts";
import type { LiveState } from "./live-state.ts";
import { displayNameOf } from "./person-entry.ts";
import type { Appointment, Delegation, Machine, Post, Reorganisation, RoleGrant, Unit } from "./types.ts";

/** Leaves out what is not there. */
function given(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function codeOf(state: LiveState, unit: UnitId | undefined): string | undefined {
  return unit === undefined ? undefined : state.units.get(unit)?.code;
}

/** A department, division or section as it is answered. */
export function unitView(state: LiveState, unit: Unit): object {
  const isDepartment = unit.kind === "department";
  return given({
    unit_id: unit.id,
    kind: unit.kind,
    code: unit.code,
    name_en: unit.nameEn,
    name_zh: unit.nameZh,
    department: isDepartment ? undefined : codeOf(state, unit.department),
    parent: unit.parent,
    begun: unit.begun,
    ended: unit.ended,
    successors: isDepartment && unit.ended !== undefined ? state.successorsOf(unit).map((one) => one.code) : undefined,
    former: unit.former.length === 0 ? undefined : unit.former,
  });
}

/** Somebody as they are named beside other things. */
export function nameView(state: LiveState, user: UserId | undefined): object | undefined {
  if (user === undefined) return undefined;
  const person = state.people.get(user);
  return { user_id: user, ...(person === undefined ? {} : { display_name: displayNameOf(person) }) };
}

function appointmentView(state: LiveState, appointment: Appointment | undefined): object | undefined {
  if (appointment === undefined) return undefined;
  const { id, userId, begins, ends } = appointment;
  return given({ ...nameView(state, userId), appointment_id: id, from: begins, until: ends });
}

/** A post with whoever has it. */
export function postView(state: LiveState, post: Post, now: Instant): object {
  const { holder, acting, current } = holdingOf(state, post, now);
  const unit = post.unit === undefined ? undefined : state.units.get(post.unit);
  return given({
    post_id: post.id,
    code: post.code,
    title_en: post.titleEn,
    title_zh: post.titleZh,
    department: codeOf(state, post.department),
    unit: unit === undefined ? undefined : unitView(state, unit),
    is_head: post.isHead,
    roles: post.roles,
    vacant: current === undefined,
    holder: appointmentView(state, holder),
    acting: appointmentView(state, acting),
    to_come: notEmpty(
      state
        .openAppointmentsTo(post.id, now)
        .filter((one) => one.begins > now)
        .map((one) => given({ kind: one.kind, ...appointmentView(state, one) })),
    ),
    begun: post.begun,
    ended: post.ended,
    former: notEmpty(post.former),
  });
}

function notEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** A department with what is in it. */
export function departmentView(state: LiveState, department: Unit, now: Instant): object {
  const head = headOf(state, department.id, now);
  return given({
    ...unitView(state, department),
    head: {
      vacant: head?.current === undefined,
      ...given({ post_id: head?.post.id, ...nameView(state, head?.current), acting: head?.acting !== undefined }),
    },
    units: state.openUnits(department.id).map((unit) => unitView(state, unit)),
    posts: state.openPosts(department.id).map((post) => postView(state, post, now)),
  });
}

/** A post as it is listed with the person who has it. */
export function heldPostView(state: LiveState, appointment: Appointment, now: Instant): object {
  const post = state.posts.get(appointment.post);
  if (post === undefined) return {};
  return given({
    appointment_id: appointment.id,
    post_id: post.id,
    code: post.code,
    title_en: post.titleEn,
    title_zh: post.titleZh,
    department: codeOf(state, post.department),
    is_head: post.isHead,
    acting: appointment.kind === "acting",
    has_duties: holdingOf(state, post, now).current === appointment.userId,
    from: appointment.begins,
    until: appointment.ends,
  });
}

/** A role that was given. */
export function roleView(state: LiveState, grant: RoleGrant): object {
  return given({
    role_id: grant.id,
    ...nameView(state, grant.userId),
    role: grant.role,
    department: codeOf(state, grant.department),
    by: grant.by,
    from: grant.begins,
    until: grant.ends,
  });
}

/** A delegation. */
export function delegationView(state: LiveState, delegation: Delegation, now: Instant): object {
  const isInForce = delegation.revoked === undefined && delegation.begins <= now && now < delegation.ends;
  return given({
    delegation_id: delegation.id,
    department: codeOf(state, delegation.department),
    ...nameView(state, delegation.userId),
    by: delegation.by,
    from: delegation.begins,
    until: delegation.ends,
    limits: delegation.limits,
    in_force: isInForce,
    revoked: delegation.revoked,
  });
}

/** A machine; never its tokens. */
export function machineView(state: LiveState, machine: Machine, now: Instant): object {
  return given({
    machine_id: machine.id,
    name: machine.name,
    class: machine.class,
    department: codeOf(state, machine.department),
    addresses: machine.addresses,
    tokens: state.openCredentialsOf(machine.id, now).length,
    retired: machine.retired,
  });
}

/** A merger or split. */
export function reorganisationView(one: Reorganisation): object {
  return given({
    reorganisation_id: one.id,
    at: one.at,
    status: one.status,
    fault: one.fault,
    by: one.by,
    plan: one.plan,
  });
}
