import { allow, refuse, type Decision } from "@causeway/base";
import type { Role } from "@causeway/contract";

/** Who announces to their own department. */
export const departmentAnnouncers = ["head", "ditso", "dso", "isirt-commander"] as const satisfies readonly Role[];
/** Who announces to every department. */
export const governmentAnnouncers = ["dpo"] as const satisfies readonly Role[];

/** What somebody is, and for which department. */
export interface AnnouncingDuty {
  readonly role: string;
  readonly department: string | undefined;
}

/** Whether somebody may announce to departments, or to everybody: each must be one that they answer for. */
export function mayAnnounceTo(
  duties: readonly AnnouncingDuty[],
  audience: readonly string[] | "everybody",
): Decision<"role-missing" | "other-department"> {
  const has = (roles: readonly string[], department?: string): boolean =>
    duties.some((duty) => roles.includes(duty.role) && (department === undefined || duty.department === department));
  if (has(governmentAnnouncers)) return allow;
  if (!has(departmentAnnouncers)) return refuse("role-missing");
  if (audience === "everybody" || audience.length === 0) return refuse("other-department");
  return audience.every((department) => has(departmentAnnouncers, department)) ? allow : refuse("other-department");
}
