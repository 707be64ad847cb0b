import type { CausewayApi } from "../causeway-api.ts";
import { departmentsFor, type UnitChoice } from "../directory/units.ts";

const HEAD = "head";
const ANY = "security-administrator";

/** Who may name custodians. */
export const namingRoles: readonly string[] = [HEAD, ANY];

/** The departments whose custodians one may name: a Head their own, a security administrator any; the server asks again. */
export async function departmentsToName(api: CausewayApi): Promise<readonly UnitChoice[]> {
  return (await departmentsFor(api, { own: [HEAD], all: ANY })).departments;
}
