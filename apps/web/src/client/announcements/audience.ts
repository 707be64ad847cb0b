import type { CausewayApi } from "../causeway-api.ts";
import { namesIn, type TwoNames } from "../directory/people.ts";
import { listIn, partOf, textIn } from "../read-json.ts";

/** A department or a division, by its code. */
export interface UnitChoice {
  readonly code: string;
  readonly name: TwoNames;
}

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
  const [me, all] = await Promise.all([api.get("/directory/me"), api.get("/directory/departments")]);
  const duties = listIn(me, "duties").map((duty) => ({
    role: textIn(duty, "role"),
    department: textIn(duty, "department"),
  }));
  const everybody = duties.some(({ role }) => role === ALL);
  const own = new Set(duties.flatMap(({ role, department }) => (OWN.includes(role) ? [department] : [])));
  const departments = listIn(all, "departments").flatMap(unitChoice);
  return { everybody, departments: everybody ? departments : departments.filter(({ code }) => own.has(code)) };
}

/** The divisions of a department. */
export async function divisionsOf(api: CausewayApi, department: string): Promise<readonly UnitChoice[]> {
  const answer = await api.get(`/directory/departments/${encodeURIComponent(department)}`);
  return listIn(answer, "units").flatMap((unit) => (partOf(unit, "kind") === "division" ? unitChoice(unit) : []));
}

function unitChoice(unit: unknown): readonly UnitChoice[] {
  const code = textIn(unit, "code");
  return code === "" ? [] : [{ code, name: namesIn(unit, "name") }];
}
