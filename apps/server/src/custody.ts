import type { UserId } from "@causeway/base";
import type { Directory } from "@causeway/directory";

/** What custody asks of the directory. */
export interface CustodyDirectory {
  departmentOf(user: UserId): { readonly id: string; readonly code: string } | undefined;
  departmentId(code: string): string | undefined;
  mayManageCustody(user: UserId, department: string): boolean;
  nameOf(user: UserId): string | undefined;
}

/** Joins custody and the directory: whose department is whose, and who says who its custodians are. */
export function custodyParts(people: Directory): CustodyDirectory {
  return {
    departmentOf: (user) => {
      const post = people.entryOf(user)?.posts.find((one) => !one.isActing);
      const department = post === undefined ? undefined : people.department(post.department.code);
      return department === undefined ? undefined : { id: department.id, code: department.code };
    },
    departmentId: (code) => {
      const department = people.department(code);
      return department === undefined || department.ended !== undefined ? undefined : department.id;
    },
    mayManageCustody: (user, department) =>
      people
        .dutiesOf(user)
        .some(
          (duty) => duty.role === "security-administrator" || (duty.role === "head" && duty.department === department),
        ),
    nameOf: (user) => (people.entryOf(user) === undefined ? undefined : people.displayNameOf(user)),
  };
}
