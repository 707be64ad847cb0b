import { failure, ok, type DeviceId } from "@causeway/base";
import {
  changePassword,
  changeThreepids,
  createAccount,
  deactivateAccount,
  deactivateOther,
  deleteDevice,
  deleteDevices,
  getDevice,
  getDevices,
  getThreepids,
  listAccounts,
  listDeviceClasses,
  renameDevice,
  requestThreepidToken,
  resetPassword,
  setDeviceClass,
  whoami,
} from "@causeway/contract";
import { serve, type Answer, type Caller, type Route } from "@causeway/platform";
import type { AccountsCore } from "./accounts.ts";
import type { SessionRow } from "./store.ts";

/** What people do with their own account, and administrators with those of others. */
export function accountRoutes(core: AccountsCore): readonly Route[] {
  return [...ownRoutes(core), ...deviceRoutes(core), ...adminRoutes(core)];
}

/** Does something once the caller has shown their password again. */
async function proven(
  core: AccountsCore,
  step: { readonly caller: Caller; readonly name: string; readonly auth: unknown; readonly ip: string },
  act: () => Promise<Answer>,
): Promise<Answer> {
  const passed = await core.check(step.caller, step.name, step.auth, step.ip);
  return passed.done ? await act() : ok(passed.reply);
}

function ownRoutes(core: AccountsCore): readonly Route[] {
  return [
    serve(whoami, ({ caller }) => {
      const isManaged = caller.managed || !core.options.hasPersonalDevices;
      return ok({
        user_id: caller.user,
        device_id: caller.device,
        is_guest: false,
        // A client on a personal device keeps nothing of RESTRICTED rooms, so it has to know which it is.
        "org.causeway.device_class": isManaged ? "managed" : "personal",
      });
    }),
    serve(changePassword, ({ caller, body, ip }) =>
      proven(core, { caller, name: "password", auth: body.auth, ip }, async () => {
        if (body.new_password === undefined) return failure("M_BAD_JSON", "body `new_password`: is missing");
        return await core.setPassword(caller.user, body.new_password, {
          endSessions: body.logout_devices,
          by: caller.user,
          except: caller.device,
        });
      }),
    ),
    serve(deactivateAccount, ({ caller, body, ip }) =>
      proven(core, { caller, name: "deactivate", auth: body.auth, ip }, async () => {
        const done = await core.deactivate(caller.user, caller.user);
        return done.ok ? ok({ id_server_unbind_result: "success" }) : done;
      }),
    ),
    serve(getThreepids, () => ok({ threepids: [] })),
    ...[changeThreepids, requestThreepidToken].map((refused) => serve(refused, () => failure("M_THREEPID_DENIED"))),
  ];
}

function deviceView(row: SessionRow): object {
  return {
    device_id: row.device,
    ...(row.name === undefined ? {} : { display_name: row.name }),
    last_seen_ts: row.lastSeen,
  };
}

function deviceRoutes(core: AccountsCore): readonly Route[] {
  return [
    serve(getDevices, async ({ caller }) => ok({ devices: (await core.devicesOf(caller.user)).map(deviceView) })),
    serve(getDevice, async ({ caller, params }) => {
      const device = (await core.devicesOf(caller.user)).find((one) => one.device === params.deviceId);
      return device === undefined ? failure("M_NOT_FOUND", "You have no such device.") : ok(deviceView(device));
    }),
    serve(renameDevice, async ({ caller, params, body }) => {
      if (body.display_name !== undefined)
        return await core.renameDevice(caller.user, params.deviceId, body.display_name);
      const exists = (await core.devicesOf(caller.user)).some((one) => one.device === params.deviceId);
      return exists ? ok({}) : failure("M_NOT_FOUND", "You have no such device.");
    }),
    serve(deleteDevice, ({ caller, params, body, ip }) =>
      signOut(core, { caller, devices: [params.deviceId], auth: body.auth, ip }),
    ),
    serve(deleteDevices, ({ caller, body, ip }) =>
      signOut(core, { caller, devices: body.devices, auth: body.auth, ip }),
    ),
  ];
}

function signOut(
  core: AccountsCore,
  step: { readonly caller: Caller; readonly devices: readonly DeviceId[]; readonly auth: unknown; readonly ip: string },
): Promise<Answer> {
  const { caller, devices } = step;
  const name = `delete devices ${JSON.stringify([...devices].sort())}`;
  return proven(core, { caller, name, auth: step.auth, ip: step.ip }, async () => {
    await core.sessions.end(caller.user, { devices });
    return ok({});
  });
}

function adminRoutes(core: AccountsCore): readonly Route[] {
  return [
    serve(createAccount, async ({ caller, body }) => {
      const made = await core.createUser({ ...body, made: { by: caller.user, how: "administrator" } });
      return made.ok ? ok({ user_id: made.value }) : made;
    }),
    serve(listAccounts, async ({ query }) => {
      const found = await core.list(query.after ?? "", query.limit);
      const last = found.length === query.limit ? found.at(-1) : undefined;
      const accounts = found.map((one) => ({
        user_id: one.userId,
        deactivated: one.deactivated,
        locked: one.locked,
        suspended: one.suspended,
      }));
      return ok({ accounts, ...(last === undefined ? {} : { next: last.userId }) });
    }),
    serve(deactivateOther, ({ caller, params }) => core.deactivate(params.userId, caller.user)),
    serve(resetPassword, async ({ caller, params, body }) => {
      const may = core.options.mayResetPassword(caller.user, params.userId);
      if (!may.allowed) return failure("NOT_PERMITTED", undefined, { reason: may.reason });
      return await core.resetPassword(params.userId, body.new_password, caller.user);
    }),
    serve(setDeviceClass, ({ caller, params, body }) =>
      core.setDeviceClass(params.userId, params.deviceId, { managed: body.class === "managed", by: caller.user }),
    ),
    serve(listDeviceClasses, async ({ params }) => {
      const classOf = (managed: boolean): string => (managed ? "managed" : "personal");
      const [devices, records] = await Promise.all([
        core.devicesOf(params.userId),
        core.deviceClassesOf(params.userId),
      ]);
      return ok({
        devices: devices.map((row) => ({ ...deviceView(row), class: classOf(row.managed) })),
        record: records.map(({ device, managed, by, at }) => ({ device_id: device, class: classOf(managed), by, at })),
      });
    }),
  ];
}
