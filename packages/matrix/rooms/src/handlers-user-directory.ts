import { ok } from "@causeway/base";
import { searchUsers } from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import type { UserDirectory } from "./user-directory.ts";

/** The endpoint of the user directory. */
export function userDirectoryRoutes(people: UserDirectory): readonly Route[] {
  return [
    serve(searchUsers, async ({ caller, body }) => ok(await people.search(caller.user, body.search_term, body.limit))),
  ];
}
