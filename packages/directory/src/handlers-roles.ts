import { ok } from "@causeway/base";
import { delegate, giveRole, listDelegations, listRoles, revokeDelegation, takeRole } from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import { delegate as delegateTo, giveRole as give } from "./actions.ts";
import type { DirectoryCore } from "./core.ts";
import { headOf } from "./duties.ts";
import { unknown } from "./errors.ts";
import { isOpen } from "./live-state.ts";
import { planRevocation, planRoleEnd } from "./plan-roles.ts";
import { delegationView, roleView } from "./views.ts";

/** Roles and delegations. */
export function roleRoutes(core: DirectoryCore): readonly Route[] {
  const { state, options } = core;
  return [
    serve(listRoles, ({ now }) => {
      const open = [...state.roles.all()].filter((grant) => !grant.isOver && isOpen(grant, now));
      const sorted = open.toSorted((left, right) =>
        `${left.role} ${left.userId}` < `${right.role} ${right.userId}` ? -1 : 1,
      );
      return ok({ roles: sorted.map((grant) => roleView(state, grant)) });
    }),
    serve(giveRole, async ({ caller, body }) => {
      const { user_id: user, role, department, until } = body;
      const done = await give(core, caller.user, { user, role, department, until });
      return done.ok ? ok(roleView(state, done.value)) : done;
    }),
    serve(takeRole, async ({ caller, params }) => {
      const act = { caller, action: "directory.roles", act: "role.taken", on: params.roleGrantId } as const;
      const done = await core.act(act, (planning) => planRoleEnd(planning, options.rules, params.roleGrantId));
      return done.ok ? ok(roleView(state, done.value)) : done;
    }),
    ...delegationRoutes(core),
  ];
}

function delegationRoutes(core: DirectoryCore): readonly Route[] {
  const { state } = core;
  return [
    serve(listDelegations, ({ caller, params, now }) => {
      const department = state.departmentOf(params.code);
      if (department === undefined) return unknown("department");
      const all = core.may(caller.user, "roles.read") || headOf(state, department.id, now)?.current === caller.user;
      const delegations = state.delegations
        .by("byDepartment", department.id)
        .filter((one) => all || (one.revoked === undefined && isOpen(one, now)))
        .toSorted((left, right) => left.begins - right.begins || (left.id < right.id ? -1 : 1));
      return ok({ delegations: delegations.map((one) => delegationView(state, one, now)) });
    }),
    serve(delegate, async ({ caller, params, body, now }) => {
      const { user_id: user, from, until, limits } = body;
      const done = await delegateTo(core, caller.user, { department: params.code, user, from, until, limits });
      return done.ok ? ok(delegationView(state, done.value, now)) : done;
    }),
    serve(revokeDelegation, async ({ caller, params, now }) => {
      const act = { caller, action: "directory.delegate", act: "delegation.revoked", on: params.delegationId } as const;
      const done = await core.act(act, (planning) => planRevocation(planning, params.delegationId));
      return done.ok ? ok(delegationView(state, done.value, now)) : done;
    }),
  ];
}
