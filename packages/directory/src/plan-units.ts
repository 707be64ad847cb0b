import { failure, ok, type Result } from "@causeway/base";
import { unknown } from "./errors.ts";
import type { LiveState } from "./live-state.ts";
import type { Unit } from "./types.ts";

/** The open department of a code; one that has ended is refused with the codes of what it has become. */
export function openDepartmentOr(state: LiveState, code: string): Result<Unit> {
  const found = state.departmentOf(code);
  if (found === undefined) return unknown("department");
  if (found.ended === undefined) return ok(found);
  const successors = state.successorsOf(found).map((one) => one.code);
  return failure("DIRECTORY_CONFLICT", "This department has ended.", { reason: "department-ended", successors });
}
