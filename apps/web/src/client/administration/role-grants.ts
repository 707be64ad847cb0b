import { departmentalRoles, grantableRoles, postRoles as rolesOfPosts, type GrantableRole } from "@causeway/contract";
import type { CausewayApi } from "../causeway-api.ts";
import { listIn, numberIn, textIn } from "../read-json.ts";

/** The roles that a post can carry. */
export const postRoles = rolesOfPosts;

/** A role that was given to a person. */
export interface RoleRow {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly role: GrantableRole;
  /** The code of the department that it is held for; empty for none. */
  readonly department: string;
  readonly from: number;
  readonly until?: number;
}

/** The roles that are given to persons at present. */
export async function rolesGiven(api: CausewayApi): Promise<readonly RoleRow[]> {
  return listIn(await api.get("/directory/roles"), "roles").flatMap((one) => {
    const role = grantableRoles.find((known) => known === textIn(one, "role"));
    const until = numberIn(one, "until");
    if (role === undefined) return [];
    return [
      {
        ...{ id: textIn(one, "role_id"), userId: textIn(one, "user_id"), role },
        name: textIn(one, "display_name") || textIn(one, "user_id"),
        ...{ department: textIn(one, "department"), from: numberIn(one, "from") ?? 0 },
        ...(until === undefined ? {} : { until }),
      },
    ];
  });
}

/** Which roles somebody with these roles gives and takes: those who run the system say who runs it, the others say who holds all else. */
export function rolesToGive(roles: readonly string[]): readonly GrantableRole[] {
  return grantableRoles.filter((role) =>
    roles.includes(role === "system-administrator" ? "system-administrator" : "security-administrator"),
  );
}

/** Whether a role is held for a department, and names it. */
export function isDepartmental(role: GrantableRole): boolean {
  return departmentalRoles.some((one) => one === role);
}

/** Gives somebody a role. */
export async function giveRole(
  api: CausewayApi,
  wish: {
    readonly userId: string;
    readonly role: GrantableRole;
    readonly department: string;
    readonly until?: number;
  },
): Promise<void> {
  await api.post("/directory/roles", {
    ...{ user_id: wish.userId, role: wish.role },
    ...(isDepartmental(wish.role) && wish.department !== "" ? { department: wish.department } : {}),
    ...(wish.until === undefined ? {} : { until: wish.until }),
  });
}

/** Takes a role away. */
export async function takeRole(api: CausewayApi, id: string): Promise<void> {
  await api.post(`/directory/roles/${encodeURIComponent(id)}/take`);
}
