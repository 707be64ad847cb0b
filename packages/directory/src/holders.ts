import { instant, type Instant, type PostId, type UnitId, type UserId } from "@causeway/base";
import type { GrantableRole } from "@causeway/contract";
import { holdingOf } from "./duties.ts";
import { isInForce, type LiveState } from "./live-state.ts";
import type { Post } from "./types.ts";

/** The open posts of a department, or of a division or section with everything in it. */
export function postsIn(state: LiveState, id: UnitId): readonly Post[] {
  const unit = state.units.get(id);
  if (unit === undefined) return [];
  const posts = state.openPosts(unit.department);
  if (unit.kind === "department") return posts;
  const within = new Set<UnitId | undefined>([id]);
  for (const one of state.openUnits(unit.department)) if (one.parent === id) within.add(one.id);
  return posts.filter((post) => post.unit !== undefined && within.has(post.unit));
}

/** Until when somebody has a post, through one appointment after another; undefined when they do not have it now. */
export function tenureOf(
  state: LiveState,
  of: { readonly user: UserId; readonly post: PostId; readonly now: Instant },
): { readonly until: Instant | undefined } | undefined {
  const post = state.posts.get(of.post);
  if (post === undefined || post.ended !== undefined) return undefined;
  const mine = state.openAppointmentsOf(of.user, of.now).filter((one) => one.post === of.post);
  if (!mine.some((one) => isInForce(one, of.now))) return undefined;
  let until: number = of.now;
  for (const one of mine.toSorted((left, right) => left.begins - right.begins)) {
    if (one.begins > until) break;
    if (one.ends === undefined) return { until: undefined };
    until = Math.max(until, one.ends);
  }
  return { until: instant(until) };
}

/** Those who hold a role for a department now: whoever has a post that carries it, and those to whom it was given; each once. */
export function holdersOf(
  state: LiveState,
  of: { readonly role: GrantableRole; readonly department: UnitId; readonly now: Instant },
): readonly UserId[] {
  const { role, department, now } = of;
  const byPost = state.openPosts(department).flatMap((post) => {
    const carries = post.roles.some((one) => one === role);
    return carries ? (holdingOf(state, post, now).current ?? []) : [];
  });
  const given = state.roles
    .by("byDepartment", department)
    .filter((one) => one.role === role && !one.isOver && isInForce(one, now))
    .map((one) => one.userId);
  return [...new Set([...byPost, ...given])];
}
