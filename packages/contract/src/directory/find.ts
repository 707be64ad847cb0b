import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { queryInt, userId } from "../fields.ts";

/** `GET /causeway/v1/directory/people?q=`. */
export const findPeople = endpoint({
  method: "GET",
  path: "/causeway/v1/directory/people",
  access: { action: "directory.read" },
  summary:
    "Finds people by a name in either script, user name, post or department, as one types: each with the posts that they hold and their departments; vacant posts; and the departments of that name.",
  query: z.object({ q: z.string().max(1000), limit: queryInt({ min: 1, max: 50 }).default(10) }),
  errors: ["M_INVALID_PARAM", "M_MISSING_PARAM"],
  rate: "read",
});

/** `POST /causeway/v1/directory/lookup`: those of a room, say; who is not in the directory is left out. */
export const lookUpPeople = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/lookup",
  access: { action: "directory.read" },
  summary: "Several people by their ids, each with the posts that they hold and their departments.",
  body: z.object({ user_ids: z.array(userId).max(200) }),
  errors: ["M_BAD_JSON"],
  rate: "read",
});
