import { departments } from "../administration/administration.ts";
import type { CausewayApi } from "../causeway-api.ts";
import { listIn, partOf, textIn } from "../read-json.ts";
import { namesIn, type TwoNames } from "./people.ts";
import { ownStanding } from "./roles.ts";

/** A department or a division, by its code. */
export interface UnitChoice {
  readonly code: string;
  readonly name: TwoNames;
}

/** The departments for which one has a duty of some kinds, in the order of their codes; every one with a duty of others. */
export async function departmentsFor(
  api: CausewayApi,
  roles: { readonly own: readonly string[]; readonly all: string },
): Promise<{ readonly isForAll: boolean; readonly departments: readonly UnitChoice[] }> {
  const [standing, all] = await Promise.all([ownStanding(api), departments(api)]);
  if (standing.roles.includes(roles.all)) return { isForAll: true, departments: all };
  const own = standing.duties.filter(({ role }) => roles.own.includes(role)).map(({ department }) => department);
  return { isForAll: false, departments: all.filter(({ code }) => own.includes(code)) };
}

/** The divisions of a department. */
export async function divisionsOf(api: CausewayApi, department: string): Promise<readonly UnitChoice[]> {
  const answer = await api.get(`/directory/departments/${encodeURIComponent(department)}`);
  return listIn(answer, "units")
    .filter((unit) => partOf(unit, "kind") === "division")
    .map((unit) => ({ code: textIn(unit, "code"), name: namesIn(unit, "name") }));
}
