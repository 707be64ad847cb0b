import { failure, ok, parseUnitId, type Instant, type Result, type UnitId } from "@causeway/base";
import type { Planning } from "./changes.ts";
import { newId } from "./new-id.ts";
import { conflict, unknown } from "./errors.ts";
import type { LiveState } from "./live-state.ts";
import type { BothNames } from "./person-entry.ts";
import type { Unit } from "./types.ts";

/** The open department of a code; one that has ended is refused with the codes of what it has become. */
export function openDepartmentOr(state: LiveState, code: string): Result<Unit> {
  const found = state.departmentOf(code);
  if (found === undefined) return unknown("department");
  if (found.ended === undefined) return ok(found);
  const successors = state.successorsOf(found).map((one) => one.code);
  return failure("DIRECTORY_CONFLICT", "This department has ended.", { reason: "department-ended", successors });
}

/** Enters a department; its code must never have been used. */
export function planDepartment(planning: Planning, wish: BothNames & { readonly code: string }): Result<Unit> {
  const { draft, now } = planning;
  if (draft.departmentOf(wish.code) !== undefined)
    return conflict("code-used", "This code is, or was, a department's.");
  const unit = newUnit({ ...wish, kind: "department", department: undefined, parent: undefined }, now);
  draft.put("units", unit);
  return ok(unit);
}

/** A unit that has just begun. */
export function newUnit(
  wish: BothNames & Pick<Unit, "kind" | "code" | "parent"> & { readonly department: UnitId | undefined },
  now: Instant,
): Unit {
  const id = newId("un_", parseUnitId);
  const { kind, code, parent, nameEn, nameZh } = wish;
  const department = wish.department ?? id;
  return {
    id,
    kind,
    department,
    parent,
    code,
    nameEn,
    nameZh,
    begun: now,
    ended: undefined,
    successors: [],
    former: [],
  };
}

/** A division or section that is to be entered. */
export interface UnitWish extends BothNames {
  readonly kind: "division" | "section";
  readonly code: string;
  readonly parent: UnitId | undefined;
}

/** Enters a division of a department, or a section of a division of it. */
export function planUnit(planning: Planning, department: Unit, wish: UnitWish): Result<Unit> {
  const { draft, now } = planning;
  if (draft.openUnits(department.id).some((one) => one.code === wish.code))
    return conflict("code-used", "The department has a division or section of this code.");
  const parent = wish.parent === undefined ? undefined : draft.units.get(wish.parent);
  if (wish.parent !== undefined) {
    const fits =
      wish.kind === "section" &&
      parent?.kind === "division" &&
      parent.ended === undefined &&
      parent.department === department.id;
    if (!fits) return conflict("wrong-parent", "Only a section stands in a division, and in one of its department.");
  }
  const unit = newUnit({ ...wish, department: department.id }, now);
  draft.put("units", unit);
  return ok(unit);
}

function openUnit(state: LiveState, id: UnitId): Unit | undefined {
  const unit = state.units.get(id);
  return unit?.ended === undefined ? unit : undefined;
}

/** Changes names, or the code of a division or section. */
export function planUnitChange(
  planning: Planning,
  id: UnitId,
  wish: BothNames & { readonly code: string | undefined },
): Result<Unit> {
  const { draft, now } = planning;
  const unit = openUnit(draft, id);
  if (unit === undefined) return unknown("unit");
  const code = wish.code ?? unit.code;
  if (code !== unit.code) {
    if (unit.kind === "department")
      return conflict("code-fixed", "A department keeps its code; a new one is a reorganisation.");
    if (draft.openUnits(unit.department).some((one) => one.code === code))
      return conflict("code-used", "The department has a division or section of this code.");
  }
  const address = { department: draft.units.get(unit.department)?.code ?? "", code: unit.code, until: now };
  const former = code === unit.code ? unit.former : [...unit.former, address];
  const changed: Unit = { ...unit, nameEn: wish.nameEn, nameZh: wish.nameZh, code, former };
  draft.put("units", changed);
  return ok(changed);
}

/** Ends a division or section that nothing is in. */
export function planUnitEnd(planning: Planning, id: UnitId): Result<Unit> {
  const { draft, now } = planning;
  const unit = openUnit(draft, id);
  if (unit === undefined) return unknown("unit");
  if (unit.kind === "department")
    return conflict("department", "A department ends by a reorganisation that says what becomes of it.");
  const isUsed =
    draft.openPosts(unit.department).some((post) => post.unit === id) ||
    draft.openUnits(unit.department).some((other) => other.parent === id);
  if (isUsed) return conflict("not-empty", "There are still posts or sections in it.");
  const ended: Unit = { ...unit, ended: now };
  draft.put("units", ended);
  return ok(ended);
}
