import { ok } from "@causeway/base";
import {
  addMachine,
  addMachineToken,
  addProxyToken,
  changeMachine,
  classifyMachine,
  listMachines,
  retireMachine,
  revokeMachineTokens,
  revokeProxyTokens,
} from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import { localpartOf } from "@causeway/base";
import type { DirectoryCore } from "./core.ts";
import { unknown } from "./errors.ts";
import {
  endCredentials,
  hashCredential,
  newSecret,
  openMachineOr,
  planCredential,
  planMachine,
  planMachineChange,
  planMachineClass,
  planMachineEnd,
} from "./plan-machines.ts";
import { machineView } from "./views.ts";

/** The register of machines. */
export function machineRoutes(core: DirectoryCore): readonly Route[] {
  const { state } = core;
  return [
    serve(listMachines, ({ query, now }) => {
      const department = query.department === undefined ? undefined : state.departmentOf(query.department);
      if (query.department !== undefined && department === undefined) return unknown("department");
      const all =
        department === undefined ? [...state.machines.all()] : state.machines.by("byDepartment", department.id);
      const machines = all
        .filter((one) => one.retired === undefined)
        .toSorted((left, right) => (`${left.name}\n${left.id}` < `${right.name}\n${right.id}` ? -1 : 1));
      return ok({ machines: machines.map((one) => machineView(state, one, now)) });
    }),
    serve(addMachine, async ({ caller, body, now }) => {
      const act = { caller, action: "machines.write", act: "machine.registered", on: body.department } as const;
      const done = await core.act(act, (planning) => planMachine(planning, body));
      return done.ok ? ok(machineView(state, done.value, now)) : done;
    }),
    serve(changeMachine, async ({ caller, params, body, now }) => {
      const act = { caller, action: "machines.write", act: "machine.changed", on: params.machineId } as const;
      const done = await core.act(act, (planning) => planMachineChange(planning, params.machineId, body));
      return done.ok ? ok(machineView(state, done.value, now)) : done;
    }),
    serve(classifyMachine, async ({ caller, params, body, now }) => {
      const act = { caller, action: "machines.classify", act: `machine.${body.class}`, on: params.machineId } as const;
      const done = await core.act(act, (planning) => planMachineClass(planning, params.machineId, body.class));
      return done.ok ? ok(machineView(state, done.value, now)) : done;
    }),
    serve(retireMachine, async ({ caller, params, now }) => {
      const act = { caller, action: "machines.write", act: "machine.retired", on: params.machineId } as const;
      const done = await core.act(act, (planning) => planMachineEnd(planning, params.machineId));
      return done.ok ? ok(machineView(state, done.value, now)) : done;
    }),
    ...tokenRoutes(core),
  ];
}

function tokenRoutes(core: DirectoryCore): readonly Route[] {
  const { limits } = core.options;
  return [
    serve(addMachineToken, async ({ caller, params, body }) => {
      const token = newSecret("point");
      const act = { caller, action: "machines.write", act: "machine.token", on: params.machineId } as const;
      const done = await core.act(act, (planning) => {
        const machine = openMachineOr(planning.draft, params.machineId);
        if (!machine.ok) return machine;
        const wish = {
          owner: machine.value.id,
          kind: "point",
          hash: hashCredential(token),
          until: body.until,
        } as const;
        return planCredential(planning, wish, limits);
      });
      return done.ok ? ok({ token }) : done;
    }),
    serve(revokeMachineTokens, async ({ caller, params }) => {
      const act = { caller, action: "machines.write", act: "machine.tokens-revoked", on: params.machineId } as const;
      return await core.act(act, (planning) => {
        const machine = openMachineOr(planning.draft, params.machineId);
        if (!machine.ok) return machine;
        endCredentials(planning, machine.value.id);
        return ok({});
      });
    }),
    serve(addProxyToken, async ({ caller, body }) => {
      const secret = newSecret("proxy");
      const act = { caller, action: "matrix.use", act: "proxy.token", on: caller.user } as const;
      const wish = { owner: caller.user, kind: "proxy", hash: hashCredential(secret), until: body.until } as const;
      const done = await core.act(act, (planning) => planCredential(planning, wish, limits));
      return done.ok ? ok({ username: localpartOf(caller.user), secret }) : done;
    }),
    serve(revokeProxyTokens, ({ caller }) => {
      const act = { caller, action: "matrix.use", act: "proxy.tokens-revoked", on: caller.user } as const;
      return core.act(act, (planning) => {
        endCredentials(planning, caller.user);
        return ok({});
      });
    }),
  ];
}
