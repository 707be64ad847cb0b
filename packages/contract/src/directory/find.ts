import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { queryInt } from "../fields.ts";

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
