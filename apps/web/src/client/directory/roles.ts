import type { CausewayApi } from "../causeway-api.ts";
import { listIn } from "../read-json.ts";

/** One's own roles; none when the directory does not know one. */
export async function ownRoles(api: CausewayApi): Promise<readonly string[]> {
  return listIn(await api.get("/directory/me"), "roles").filter((role) => typeof role === "string");
}
