import type { CausewayApi } from "../causeway-api.ts";
import { listIn, partOf, textIn } from "../read-json.ts";
import { namesIn, type TwoNames } from "./people.ts";

/** A department or a division, by its code. */
export interface UnitChoice {
  readonly code: string;
  readonly name: TwoNames;
}

/** What somebody is, and for which department. */
export interface Duty {
  readonly role: string;
  /** Empty when it is for all of them. */
  readonly department: string;
}

/** One's own duties. */
export async function ownDuties(api: CausewayApi): Promise<readonly Duty[]> {
  return listIn(await api.get("/directory/me"), "duties").map((duty) => ({
    role: textIn(duty, "role"),
    department: textIn(duty, "department"),
  }));
}

/** The departments, in the order of their codes. */
export async function departments(api: CausewayApi): Promise<readonly UnitChoice[]> {
  return listIn(await api.get("/directory/departments"), "departments").flatMap(unitChoice);
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
