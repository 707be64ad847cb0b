import type { PostRole } from "@causeway/contract";
import type { CausewayApi } from "../causeway-api.ts";
import { namesIn, type TwoNames } from "../directory/people.ts";
import { listIn, numberIn, partOf, textIn } from "../read-json.ts";
import { postRoles } from "./role-grants.ts";

/** Somebody who has a post or acts in it. */
export interface HolderView {
  readonly userId: string;
  readonly name: string;
  readonly appointmentId: string;
  readonly until?: number;
}

/** A post of a department with whoever has it. */
export interface PostRow {
  readonly id: string;
  readonly code: string;
  readonly title: TwoNames;
  /** The unit that it is in; empty directly under the department. */
  readonly unit: string;
  readonly isHead: boolean;
  readonly roles: readonly PostRole[];
  readonly holder?: HolderView;
  readonly acting?: HolderView;
}

/** A division or section. */
export interface UnitRow {
  readonly id: string;
  readonly code: string;
  readonly name: TwoNames;
}

/** What is in a department. */
export interface DepartmentInside {
  readonly posts: readonly PostRow[];
  readonly units: readonly UnitRow[];
}

/** The posts and units of a department. */
export async function insideOf(api: CausewayApi, department: string): Promise<DepartmentInside> {
  const answer = await api.get(`/directory/departments/${encodeURIComponent(department)}`);
  return {
    posts: listIn(answer, "posts").map(postRow),
    units: listIn(answer, "units").map((one) => ({
      ...{ id: textIn(one, "unit_id"), code: textIn(one, "code"), name: namesIn(one, "name") },
    })),
  };
}

function postRow(one: unknown): PostRow {
  const [holder, acting] = [holderIn(one, "holder"), holderIn(one, "acting")];
  return {
    ...{ id: textIn(one, "post_id"), code: textIn(one, "code"), title: namesIn(one, "title") },
    ...{ unit: textIn(partOf(one, "unit"), "unit_id"), isHead: partOf(one, "is_head") === true },
    roles: postRoles.filter((role) => listIn(one, "roles").includes(role)),
    ...(holder === undefined ? {} : { holder }),
    ...(acting === undefined ? {} : { acting }),
  };
}

function holderIn(post: unknown, field: string): HolderView | undefined {
  const one = partOf(post, field);
  const [userId, until] = [textIn(one, "user_id"), numberIn(one, "until")];
  if (userId === "") return undefined;
  const name = textIn(one, "display_name") || userId;
  const appointmentId = textIn(one, "appointment_id");
  return { userId, name, appointmentId, ...(until === undefined ? {} : { until }) };
}

/** What can be said of a post. */
export interface PostWish {
  readonly code: string;
  readonly titleEn: string;
  readonly titleZh: string;
  readonly unit: string;
  readonly isHead: boolean;
}

/** Enters a vacant post. */
export async function addPost(api: CausewayApi, department: string, wish: PostWish): Promise<void> {
  const unit = wish.unit === "" ? {} : { unit: wish.unit };
  await api.post(`/directory/departments/${encodeURIComponent(department)}/posts`, { ...bodyOf(wish), ...unit });
}

/** Changes a post. */
export async function changePost(api: CausewayApi, id: string, wish: PostWish): Promise<void> {
  const unit = wish.unit === "" ? null : wish.unit;
  await api.put(`/directory/posts/${encodeURIComponent(id)}`, { ...bodyOf(wish), unit });
}

function bodyOf({ code, titleEn, titleZh, isHead }: PostWish): object {
  return { code, title_en: titleEn, title_zh: titleZh, is_head: isHead };
}

/** Abolishes a post for good. */
export async function abolishPost(api: CausewayApi, id: string): Promise<void> {
  await api.post(`/directory/posts/${encodeURIComponent(id)}/abolish`);
}

/** Appoints somebody to a post, or to act in it until a time. */
export async function appoint(
  api: CausewayApi,
  post: string,
  wish: { readonly userId: string; readonly isActing: boolean; readonly until?: number },
): Promise<void> {
  await api.post(`/directory/posts/${encodeURIComponent(post)}/appointments`, {
    ...{ user_id: wish.userId, kind: wish.isActing ? "acting" : "substantive" },
    ...(wish.until === undefined ? {} : { until: wish.until }),
  });
}

/** Ends an appointment now: the post falls vacant, or its holder has its duties again. */
export async function endAppointment(api: CausewayApi, id: string): Promise<void> {
  await api.post(`/directory/appointments/${encodeURIComponent(id)}/end`);
}

/** Says which roles whoever has a post has. */
export async function setPostRoles(api: CausewayApi, post: string, roles: readonly PostRole[]): Promise<void> {
  await api.put(`/directory/posts/${encodeURIComponent(post)}/roles`, { roles });
}
