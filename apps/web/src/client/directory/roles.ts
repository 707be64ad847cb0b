import type { CausewayApi } from "../causeway-api.ts";
import { listIn, textIn } from "../read-json.ts";

/** What somebody is to the government, for a department where it is held for one. */
export interface Duty {
  readonly role: string;
  /** The department's code; empty for none. */
  readonly department: string;
}

/** What one is: roles, for which departments, and the departments that one has a post in. */
export interface OwnStanding {
  readonly roles: readonly string[];
  readonly duties: readonly Duty[];
  readonly departments: readonly string[];
}

/** One's own roles and duties; none when the directory does not know one. */
export async function ownStanding(api: CausewayApi): Promise<OwnStanding> {
  const answer = await api.get("/directory/me");
  return {
    roles: listIn(answer, "roles").filter((role) => typeof role === "string"),
    duties: listIn(answer, "duties").map((one) => ({
      role: textIn(one, "role"),
      department: textIn(one, "department"),
    })),
    departments: [...new Set(listIn(answer, "posts").map((post) => textIn(post, "department")))],
  };
}
