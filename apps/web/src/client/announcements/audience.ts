import type { CausewayApi } from "../causeway-api.ts";
import { departmentsFor, type UnitChoice } from "../directory/units.ts";

/** To whom somebody may announce. */
export interface Reach {
  /** To everybody in the government, too. */
  readonly everybody: boolean;
  readonly departments: readonly UnitChoice[];
}

/** Who announces to their own department, and who to every one: what the server's rule says (`mayAnnounceTo`). */
const OWN = ["head", "ditso", "dso", "isirt-commander"];
const ALL = "dpo";

/** The roles that may announce to somebody. */
export const announcerRoles: readonly string[] = [...OWN, ALL];

/** To whom oneself may announce, as far as the directory says; the server asks again. */
export async function ownReach(api: CausewayApi): Promise<Reach> {
  const { isForAll, departments } = await departmentsFor(api, { own: OWN, all: ALL });
  return { everybody: isForAll, departments };
}
