import { ok } from "@causeway/base";
import { addDepartment, addUnit, changeUnit, endUnit, getDepartment, listDepartments } from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import type { DirectoryCore } from "./core.ts";
import { unknown } from "./errors.ts";
import { headOf } from "./duties.ts";
import { sortedByCode } from "./live-state.ts";
import { openDepartmentOr, planDepartment, planUnit, planUnitChange, planUnitEnd } from "./plan-units.ts";
import { departmentView, nameView, unitView } from "./views.ts";

/** Departments, divisions and sections. */
export function unitRoutes(core: DirectoryCore): readonly Route[] {
  const { state } = core;
  return [
    serve(listDepartments, ({ query, now }) => {
      const departments = sortedByCode(
        [...state.units.all()].filter((one) => one.kind === "department" && (query.ended || one.ended === undefined)),
      );
      return ok({
        departments: departments.map((one) => {
          const head = nameView(state, headOf(state, one.id, now)?.current);
          return { ...unitView(state, one), ...(head === undefined ? {} : { head }) };
        }),
      });
    }),
    serve(getDepartment, ({ params, now }) => {
      const found = state.departmentOf(params.code);
      return found === undefined ? unknown("department") : ok(departmentView(state, found, now));
    }),
    ...writingRoutes(core),
  ];
}

function writingRoutes(core: DirectoryCore): readonly Route[] {
  const { state } = core;
  return [
    serve(addDepartment, async ({ caller, body }) => {
      const wish = { code: body.code, nameEn: body.name_en, nameZh: body.name_zh };
      const act = { caller, action: "directory.write", act: "department.entered", on: body.code } as const;
      const done = await core.act(act, (planning) => planDepartment(planning, wish));
      return done.ok ? ok(unitView(state, done.value)) : done;
    }),
    serve(addUnit, async ({ caller, params, body }) => {
      const wish = { ...body, nameEn: body.name_en, nameZh: body.name_zh, parent: body.parent };
      const act = { caller, action: "directory.write", act: "unit.entered", on: params.code } as const;
      const done = await core.act(act, (planning) => {
        const department = openDepartmentOr(planning.draft, params.code);
        return department.ok ? planUnit(planning, department.value, wish) : department;
      });
      return done.ok ? ok(unitView(state, done.value)) : done;
    }),
    serve(changeUnit, async ({ caller, params, body }) => {
      const wish = { nameEn: body.name_en, nameZh: body.name_zh, code: body.code };
      const act = { caller, action: "directory.write", act: "unit.changed", on: params.unitId } as const;
      const done = await core.act(act, (planning) => planUnitChange(planning, params.unitId, wish));
      return done.ok ? ok(unitView(state, done.value)) : done;
    }),
    serve(endUnit, async ({ caller, params }) => {
      const act = { caller, action: "directory.write", act: "unit.ended", on: params.unitId } as const;
      const done = await core.act(act, (planning) => planUnitEnd(planning, params.unitId));
      return done.ok ? ok(unitView(state, done.value)) : done;
    }),
  ];
}
