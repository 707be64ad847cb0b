import { z } from "zod";
import { endpoint } from "../endpoint.ts";

/** `POST /user_directory/search` (client-server API, "User Directory"). */
export const searchUsers = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/user_directory/search",
  access: { action: "matrix.use" },
  summary:
    "Finds people by name, user id, post or department; outside the directory only those whom one can see in rooms.",
  body: z.object({ search_term: z.string().max(1000), limit: z.number().int().min(1).default(10) }),
  errors: ["M_BAD_JSON"],
  rate: "read",
});
