import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { roomId, userId } from "../fields.ts";
import { postRoles } from "../roles.ts";
import { appointmentId, code, name, postId, time, unitId } from "./fields.ts";

const params = z.object({ postId });
const titles = z.object({ title_en: name.default(""), title_zh: name.default("") });

function isTitled(given: { readonly title_en: string; readonly title_zh: string }): boolean {
  return given.title_en !== "" || given.title_zh !== "";
}

const UNTITLED = { message: "a title in at least one language is needed" };

/** `GET /causeway/v1/directory/posts/{postId}`. */
export const getPost = endpoint({
  method: "GET",
  path: "/causeway/v1/directory/posts/:postId",
  access: { action: "directory.read", on: "postId" },
  summary: "A post: where it is, who holds it, who acts in it, and what it was called before.",
  params,
  errors: ["DIRECTORY_UNKNOWN"],
  rate: "read",
});

/** `GET /causeway/v1/directory/departments/{code}/posts/{postCode}`: codes that are no longer used lead to the post as it is now. */
export const findPost = endpoint({
  method: "GET",
  path: "/causeway/v1/directory/departments/:code/posts/:postCode",
  access: { action: "directory.read", on: "code" },
  summary: "The post that has, or had, a code in a department that there is, or was.",
  params: z.object({ code, postCode: code }),
  errors: ["DIRECTORY_UNKNOWN"],
  rate: "read",
});

/** `POST /causeway/v1/directory/departments/{code}/posts`. */
export const addPost = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/departments/:code/posts",
  access: { action: "directory.write", on: "code" },
  summary: "Enters a vacant post.",
  params: z.object({ code }),
  body: titles
    .extend({ code, unit: unitId.optional(), is_head: z.boolean().default(false) })
    .refine(isTitled, UNTITLED),
  errors: ["DIRECTORY_UNKNOWN", "DIRECTORY_CONFLICT"],
  rate: "write",
});

/** `PUT /causeway/v1/directory/posts/{postId}`: what is left out stays; `unit` null puts it directly under its department. */
export const changePost = endpoint({
  method: "PUT",
  path: "/causeway/v1/directory/posts/:postId",
  access: { action: "directory.write", on: "postId" },
  summary: "Changes a post's titles, code or place in its department, or whether it is the Head's.",
  params,
  body: z.object({
    title_en: name.optional(),
    title_zh: name.optional(),
    code: code.optional(),
    unit: unitId.nullable().optional(),
    is_head: z.boolean().optional(),
  }),
  errors: ["DIRECTORY_UNKNOWN", "DIRECTORY_CONFLICT"],
  rate: "write",
});

/** `POST /causeway/v1/directory/posts/{postId}/abolish`. */
export const abolishPost = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/posts/:postId/abolish",
  access: { action: "directory.write", on: "postId" },
  summary: "Abolishes a post: nobody holds it or acts in it any more.",
  params,
  errors: ["DIRECTORY_UNKNOWN"],
  rate: "write",
});

/** `PUT /causeway/v1/directory/posts/{postId}/roles`: never an administrator's, which are a person's. */
export const setPostRoles = endpoint({
  method: "PUT",
  path: "/causeway/v1/directory/posts/:postId/roles",
  access: { action: "directory.roles", on: "postId" },
  summary: "Says which roles whoever holds the post has.",
  params,
  body: z.object({ roles: z.array(z.enum(postRoles)).max(postRoles.length) }),
  errors: ["DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "write",
});

/** `POST /causeway/v1/directory/posts/{postId}/appointments`. */
export const appoint = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/posts/:postId/appointments",
  access: { action: "directory.write", on: "postId" },
  summary: "Appoints somebody to a post, or to act in it between two dates.",
  params,
  body: z.object({
    user_id: userId,
    kind: z.enum(["substantive", "acting"]),
    from: time.optional(),
    until: time.optional(),
  }),
  errors: ["DIRECTORY_UNKNOWN", "DIRECTORY_CONFLICT", "NOT_PERMITTED"],
  rate: "write",
});

/** `POST /causeway/v1/directory/appointments/{appointmentId}/end`. */
export const endAppointment = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/appointments/:appointmentId/end",
  access: { action: "directory.write", on: "appointmentId" },
  summary: "Ends an appointment, now or at a time: the post falls vacant then.",
  params: z.object({ appointmentId }),
  body: z.object({ at: time.optional() }),
  bodyOptional: true,
  errors: ["DIRECTORY_UNKNOWN", "DIRECTORY_CONFLICT", "NOT_PERMITTED"],
  rate: "write",
});

const roomParams = z.object({ postId, roomId });

/** `PUT /causeway/v1/directory/posts/{postId}/rooms/{roomId}`. */
export const tieRoom = endpoint({
  method: "PUT",
  path: "/causeway/v1/directory/posts/:postId/rooms/:roomId",
  access: { action: "matrix.use" },
  summary: "Addresses a room that one is in to a post: its holder is invited now, and successors follow.",
  params: roomParams,
  bodyOptional: true,
  errors: ["DIRECTORY_UNKNOWN", "M_FORBIDDEN", "M_TOO_LARGE"],
  rate: "write",
});

/** `DELETE /causeway/v1/directory/posts/{postId}/rooms/{roomId}`. */
export const untieRoom = endpoint({
  method: "DELETE",
  path: "/causeway/v1/directory/posts/:postId/rooms/:roomId",
  access: { action: "matrix.use" },
  summary: "Ends that a room is addressed to a post; whoever is in it stays.",
  params: roomParams,
  bodyOptional: true,
  errors: ["DIRECTORY_UNKNOWN", "M_FORBIDDEN"],
  rate: "write",
});

/** `GET /causeway/v1/directory/posts/{postId}/rooms`. */
export const listPostRooms = endpoint({
  method: "GET",
  path: "/causeway/v1/directory/posts/:postId/rooms",
  access: { action: "matrix.use" },
  summary: "The rooms that are addressed to a post that one holds.",
  params,
  errors: ["DIRECTORY_UNKNOWN"],
  rate: "read",
});
