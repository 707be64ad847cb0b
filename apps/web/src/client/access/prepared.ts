import { preparedView, type PreparedView } from "@causeway/contract";
import type { CausewayApi } from "../causeway-api.ts";

/** What is known of a request before it is made: the service, the machine, safer routes, who would decide. */
export async function prepare(
  api: CausewayApi,
  about: { readonly url?: string; readonly services?: readonly string[]; readonly machine_hint?: string },
): Promise<PreparedView> {
  return preparedView.parse(await api.post("/access/requests/prepare", about));
}
