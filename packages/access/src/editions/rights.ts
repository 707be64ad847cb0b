import { allow, refuse, type Decision, type UnitId, type UserId } from "@causeway/base";
import type { EditionKind, Publisher } from "./types.ts";

/** What somebody is, and for which department; the directory's duties. */
export interface DutyHeld {
  readonly role: string;
  readonly department?: UnitId | undefined;
}

const CENTRE: Readonly<Record<EditionKind, readonly string[]>> = {
  catalogue: ["dpo"],
  policy: ["dpo", "security-administrator"],
};
const IN_DEPARTMENT = ["head", "ditso"];
/** Who sees what every department has published. */
const EVERYWHERE = ["dpo", "security-administrator", "auditor"];

/**
 * Who may write an edition: the centre's catalogue the DPO, its rules also a security administrator; a department's own the Head
 * (or who acts as one) and the DITSO of that department. A delegate decides requests, not rules.
 */
export function mayWrite(kind: EditionKind, publisher: Publisher, duties: readonly DutyHeld[]): Decision {
  if (publisher === "centre") {
    return duties.some(({ role }) => CENTRE[kind].includes(role)) ? allow : refuse("role-missing");
  }
  const isTheirs = duties.some(({ role, department }) => IN_DEPARTMENT.includes(role) && department === publisher);
  return isTheirs ? allow : refuse("other-department");
}

/** Who may read what is published: the centre's everybody who comes so far, a department's those of it and those who see all. */
export function maySee(
  publisher: Publisher,
  caller: { readonly duties: readonly DutyHeld[]; readonly departments: ReadonlySet<UnitId> },
): Decision {
  if (publisher === "centre" || caller.departments.has(publisher)) return allow;
  const { duties } = caller;
  const sees = duties.some(({ role, department }) => EVERYWHERE.includes(role) || department === publisher);
  return sees ? allow : refuse("other-department");
}

/** Port: what access asks the directory about people and departments here. */
export interface EditionPeople {
  dutiesOf(user: UserId): readonly DutyHeld[];
  /** The departments that somebody has a post in. */
  departmentsOf(user: UserId): ReadonlySet<UnitId>;
  /** The open department of a code or an id. */
  departmentOf(codeOrId: string): UnitId | undefined;
  /** The same, ended ones too: what they published is looked after by what they became. */
  everDepartmentOf(codeOrId: string): UnitId | undefined;
  /** What a department has become: itself while it is open, the main successor first. */
  successorsOf(department: UnitId): readonly UnitId[];
  /** The hosts that this server is reached by: no edition may cover them. */
  ownHosts(): readonly string[];
}
