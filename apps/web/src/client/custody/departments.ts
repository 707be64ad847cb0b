import type { CausewayApi } from "../causeway-api.ts";
import { departments, ownDuties, type UnitChoice } from "../directory/units.ts";

/** The departments whose custodians one may name: a Head their own, a security administrator any; one's own first. */
export async function departmentsToName(api: CausewayApi): Promise<readonly UnitChoice[]> {
  const [duties, all] = await Promise.all([ownDuties(api), departments(api)]);
  const own = new Set(duties.flatMap(({ role, department }) => (role === "head" ? [department] : [])));
  const heads = all.filter(({ code }) => own.has(code));
  if (!duties.some(({ role }) => role === "security-administrator")) return heads;
  return [...heads, ...all.filter(({ code }) => !own.has(code))];
}
