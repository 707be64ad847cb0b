import type { Instant, MachineId, PostId, UnitId, UserId } from "@causeway/base";
import type { GrantableRole } from "@causeway/contract";
import type { Touched } from "./live-state.ts";

/** Something that has happened in the directory; announced after its commit. What security rests on ended in that same commit. */
export type DirectoryEvent =
  | { readonly kind: "person-joined"; readonly user: UserId }
  | { readonly kind: "person-left"; readonly user: UserId }
  | { readonly kind: "person-renamed"; readonly user: UserId }
  | { readonly kind: "appointed"; readonly user: UserId; readonly post: PostId; readonly acting: boolean }
  | { readonly kind: "holder-left"; readonly user: UserId; readonly post: PostId; readonly acting: boolean }
  | { readonly kind: "post-abolished"; readonly post: PostId }
  | { readonly kind: "post-moved"; readonly post: PostId; readonly from: UnitId; readonly to: UnitId }
  | { readonly kind: "role-given" | "role-ended"; readonly user: UserId; readonly role: GrantableRole }
  | { readonly kind: "delegated" | "delegation-ended"; readonly user: UserId; readonly department: UnitId }
  | { readonly kind: "department-ended"; readonly department: UnitId; readonly successors: readonly UnitId[] }
  /** A machine was registered, changed, classified or retired. */
  | { readonly kind: "machine-changed"; readonly machine: MachineId }
  /** A secret of a machine or a person, for the enforcement points, was made or has been revoked. */
  | { readonly kind: "credential-changed"; readonly owner: MachineId | UserId };

/** What changed rows mean to others. What begins or ends later is announced at that time. */
export function eventsOf(touched: readonly Touched[], now: Instant): readonly DirectoryEvent[] {
  return touched.flatMap((one) => eventsOfRow(one, now));
}

function eventsOfRow(one: Touched, now: Instant): readonly DirectoryEvent[] {
  switch (one.kind) {
    case "people":
      return personEvents(one);
    case "appointments": {
      const { userId: user, post, kind } = one.now;
      const acting = kind === "acting";
      const change = crossed(one.before, one.now, now);
      if (change === "began") return [{ kind: "appointed", user, post, acting }];
      return change === "ended" ? [{ kind: "holder-left", user, post, acting }] : [];
    }
    case "roles": {
      const { userId: user, role } = one.now;
      const change = crossed(one.before, one.now, now);
      return change === undefined ? [] : [{ kind: change === "began" ? "role-given" : "role-ended", user, role }];
    }
    case "delegations": {
      const { userId: user, department } = one.now;
      const ended = one.now.revoked !== undefined && one.before?.revoked === undefined;
      if (ended) return [{ kind: "delegation-ended", user, department }];
      return one.before === undefined ? [{ kind: "delegated", user, department }] : [];
    }
    case "posts":
      return postEvents(one);
    case "units":
      return one.now.kind === "department" && one.now.ended !== undefined && one.before?.ended === undefined
        ? [{ kind: "department-ended", department: one.now.id, successors: one.now.successors }]
        : [];
    case "machines":
      return [{ kind: "machine-changed", machine: one.now.id }];
    case "credentials":
      return [{ kind: "credential-changed", owner: one.now.owner }];
    default:
      return [];
  }
}

function personEvents(one: Touched & { readonly kind: "people" }): readonly DirectoryEvent[] {
  const { before, now } = one;
  const user = now.userId;
  if (before === undefined) return now.left === undefined ? [{ kind: "person-joined", user }] : [];
  const left: readonly DirectoryEvent[] =
    before.left === undefined && now.left !== undefined ? [{ kind: "person-left", user }] : [];
  const isRenamed = before.nameEn !== now.nameEn || before.nameZh !== now.nameZh;
  return isRenamed ? [{ kind: "person-renamed", user }, ...left] : left;
}

function postEvents(one: Touched & { readonly kind: "posts" }): readonly DirectoryEvent[] {
  const { before, now } = one;
  if (before === undefined) return [];
  if (before.ended === undefined && now.ended !== undefined) return [{ kind: "post-abolished", post: now.id }];
  return before.department === now.department
    ? []
    : [{ kind: "post-moved", post: now.id, from: before.department, to: now.department }];
}

interface Dated {
  readonly begins: Instant;
  readonly ends: Instant | undefined;
}

/** Whether a row's change made something begin or end at this moment. */
function crossed(before: Dated | undefined, after: Dated, now: Instant): "began" | "ended" | undefined {
  const was = before !== undefined && holds(before, now);
  const is = holds(after, now);
  if (was === is) return undefined;
  return is ? "began" : "ended";
}

function holds(one: Dated, now: Instant): boolean {
  return one.begins <= now && (one.ends === undefined || one.ends > now);
}
