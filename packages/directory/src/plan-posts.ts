import { ok, parsePostId, type Instant, type PostId, type Result, type UnitId } from "@causeway/base";
import type { PostRole } from "@causeway/contract";
import type { Planning } from "./changes.ts";
import { newId } from "./new-id.ts";
import { holdingOf } from "./duties.ts";
import { conflict, notPermitted, unknown } from "./errors.ts";
import type { LiveState } from "./live-state.ts";
import { endAppointment, settleRights } from "./plan-appointments.ts";
import type { Rules } from "./ports.ts";
import type { Post, Unit } from "./types.ts";

/** A post that is to be entered. */
export interface PostWish {
  readonly code: string;
  readonly titleEn: string;
  readonly titleZh: string;
  readonly unit: UnitId | undefined;
  readonly isHead: boolean;
}

/** A post that has not been abolished. */
export function openPostOr(state: LiveState, id: PostId): Result<Post> {
  const post = state.posts.get(id);
  return post?.ended === undefined && post !== undefined ? ok(post) : unknown("post");
}

/** Enters a vacant post. */
export function planPost(planning: Planning, department: Unit, wish: PostWish): Result<Post> {
  const { draft, now } = planning;
  const fault = placeFault(draft, { ...wish, department: department.id });
  if (fault !== undefined) return fault;
  if (draft.openPosts(department.id).some((one) => one.code === wish.code))
    return conflict("code-used", "The department has a post of this code.");
  const post = newPost({ ...wish, department: department.id }, now);
  draft.put("posts", post);
  return ok(post);
}

/** A post that has just begun, vacant. */
export function newPost(wish: PostWish & { readonly department: UnitId }, now: Instant): Post {
  const { code, titleEn, titleZh, unit, isHead, department } = wish;
  const id = newId("po_", parsePostId);
  return { id, department, unit, code, titleEn, titleZh, isHead, roles: [], begun: now, ended: undefined, former: [] };
}

/** Where a post is to be; `own` is the post itself when it is there already. */
interface Place {
  readonly department: UnitId;
  readonly unit: UnitId | undefined;
  readonly isHead: boolean;
  readonly own?: PostId;
}

function placeFault(draft: LiveState, place: Place): Result<never> | undefined {
  const unit = place.unit === undefined ? undefined : draft.units.get(place.unit);
  const isOutside = unit?.department !== place.department || unit.kind === "department" || unit.ended !== undefined;
  if (place.unit !== undefined && isOutside) return unknown("division or section in this department");
  const head = draft.headPost(place.department);
  if (place.isHead && head !== undefined && head.id !== place.own)
    return conflict("head-taken", "The department has a Head's post; that one must be changed first.");
  return undefined;
}

/** What is to be changed of a post; what is left out stays, and a unit of null is the department itself. */
export interface PostChange {
  readonly code?: string | undefined;
  readonly titleEn?: string | undefined;
  readonly titleZh?: string | undefined;
  readonly unit?: UnitId | null | undefined;
  readonly isHead?: boolean | undefined;
}

/** Changes a post; its holder stays. */
export function planPostChange(planning: Planning, id: PostId, wish: PostChange): Result<Post> {
  const { draft, actor, now } = planning;
  const found = openPostOr(draft, id);
  if (!found.ok) return found;
  const post = found.value;
  const changed: Post = {
    ...post,
    code: wish.code ?? post.code,
    titleEn: wish.titleEn ?? post.titleEn,
    titleZh: wish.titleZh ?? post.titleZh,
    unit: wish.unit === undefined ? post.unit : (wish.unit ?? undefined),
    isHead: wish.isHead ?? post.isHead,
  };
  if (changed.titleEn === "" && changed.titleZh === "") return conflict("untitled", "A post needs a title.");
  // Making one's own post the Head's is appointing oneself.
  const own = draft.openAppointmentsTo(id, now).some((one) => actor.kind === "person" && one.userId === actor.user);
  if (own && changed.isHead && !post.isHead) return notPermitted("own-post");
  const fault = placeFault(draft, { ...changed, own: post.id });
  if (fault !== undefined) return fault;
  if (changed.code !== post.code && draft.openPosts(post.department).some((one) => one.code === changed.code))
    return conflict("code-used", "The department has a post of this code.");
  const address = { department: draft.units.get(post.department)?.code ?? "", code: post.code, until: now };
  const former = changed.code === post.code ? post.former : [...post.former, address];
  draft.put("posts", { ...changed, former });
  return ok({ ...changed, former });
}

/** Abolishes a post: nobody has it any more. */
export function planPostAbolition(planning: Planning, id: PostId): Result<Post> {
  const { draft, now } = planning;
  const found = openPostOr(draft, id);
  if (!found.ok) return found;
  const abolished: Post = { ...found.value, ended: now };
  draft.put("posts", abolished);
  for (const appointment of draft.openAppointmentsTo(id, now))
    settleRights(planning, endAppointment(planning, appointment, now));
  return ok(abolished);
}

/** Says which roles whoever has a post has: only roles that the actor may give and take, and not those of one's own post. */
export function planPostRoles(
  planning: Planning,
  rules: Rules,
  wish: { readonly post: PostId; readonly roles: readonly PostRole[] },
): Result<Post> {
  const { draft, actor, now } = planning;
  const found = openPostOr(draft, wish.post);
  if (!found.ok) return found;
  const post = found.value;
  const roles = [...new Set(wish.roles)].toSorted();
  const changing = [...roles, ...post.roles].filter((role) => !roles.includes(role) || !post.roles.includes(role));
  const current = holdingOf(draft, post, now).current;
  for (const role of changing) {
    if (actor.kind === "operator") break;
    const isSelf =
      current === actor.user || draft.openAppointmentsTo(post.id, now).some((one) => one.userId === actor.user);
    const decision = rules.mayGrantRole({ actor, person: { roles: new Set() }, isSelf, role });
    if (!decision.allowed) return notPermitted(decision.reason);
  }
  draft.put("posts", { ...post, roles });
  return ok({ ...post, roles });
}
