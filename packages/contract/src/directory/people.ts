import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { userId } from "../fields.ts";
import { isNamed, names } from "./fields.ts";

const params = z.object({ userId });
const NAMELESS = { message: "a name in at least one language is needed" };

/** `GET /causeway/v1/directory/me`. */
export const getMe = endpoint({
  method: "GET",
  path: "/causeway/v1/directory/me",
  access: { action: "directory.read" },
  summary: "One's own names, posts, roles and delegations.",
  errors: [],
  rate: "read",
});

/** `GET /causeway/v1/directory/people/{userId}`. */
export const getPerson = endpoint({
  method: "GET",
  path: "/causeway/v1/directory/people/:userId",
  access: { action: "directory.read", on: "userId" },
  summary: "Somebody's names, posts and duties. Administrators' and auditors' roles are for those who may read roles.",
  params,
  errors: ["DIRECTORY_UNKNOWN"],
  rate: "read",
});

/** `POST /causeway/v1/directory/people`: makes the account when there is none; it has no password until one is set. */
export const addPerson = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/people",
  access: { action: "directory.write" },
  summary: "Enters somebody.",
  body: names.extend({ user_id: userId }).refine(isNamed, NAMELESS),
  errors: ["DIRECTORY_CONFLICT", "M_INVALID_USERNAME"],
  rate: "write",
});

/** `PUT /causeway/v1/directory/people/{userId}`. */
export const renamePerson = endpoint({
  method: "PUT",
  path: "/causeway/v1/directory/people/:userId",
  access: { action: "directory.write", on: "userId" },
  summary: "Changes somebody's names; profiles and rooms follow.",
  params,
  body: names.refine(isNamed, NAMELESS),
  errors: ["DIRECTORY_UNKNOWN"],
  rate: "write",
});

/** `POST /causeway/v1/directory/people/{userId}/leave`. */
export const personLeaves = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/people/:userId/leave",
  access: { action: "directory.write", on: "userId" },
  summary: "Somebody leaves for good: sessions, account, roles and delegations end and posts fall vacant, all at once.",
  params,
  bodyOptional: true,
  errors: ["DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "write",
});
