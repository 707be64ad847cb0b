import { failure, ok, type DeviceId, type Result, type UserId } from "@causeway/base";
import {
  changePassword,
  createAccount,
  deactivateAccount,
  deactivateOther,
  deleteDevice,
  deleteDevices,
  getDevice,
  getDevices,
  getThreepids,
  renameDevice,
  resetPassword,
  setDeviceClass,
  whoami,
} from "@causeway/contract";
import { serve, UnmetExpectation, type Answer, type Caller, type Route } from "@causeway/platform";
import type { AccountsCore } from "./accounts.ts";
import { renameSession, type SessionRow } from "./store.ts";

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
  const passed = await core.interactive.check({
    name: step.name,
    user: step.caller.user,
    stage: "m.login.password",
    auth: step.auth,
    ip: step.ip,
  });
  return passed.done ? await act() : ok(passed.reply);
}

function ownRoutes(core: AccountsCore): readonly Route[] {
  return [
    serve(whoami, ({ caller }) => ok({ user_id: caller.user, device_id: caller.device, is_guest: false })),
    serve(changePassword, ({ caller, body, ip }) =>
      proven(core, { caller, name: "password", auth: body.auth, ip }, async () => {
        if (body.new_password === undefined) return failure("M_BAD_JSON", "body `new_password`: is missing");
        return await core.setPassword(caller.user, body.new_password, { endSessions: body.logout_devices, except: caller.device });
      }),
    ),
    serve(deactivateAccount, ({ caller, body, ip }) =>
      proven(core, { caller, name: "deactivate", auth: body.auth, ip }, async () => {
        const done = await core.deactivate(caller.user);
        return done.ok ? ok({ id_server_unbind_result: "success" }) : done;
      }),
    ),
    serve(getThreepids, () => ok({ threepids: [] })),
  ];
}

function deviceView(row: SessionRow): object {
  return { device_id: row.device, ...(row.name === undefined ? {} : { display_name: row.name }), last_seen_ts: row.lastSeen };
}

async function renamed(core: AccountsCore, user: UserId, device: DeviceId, name: string): Promise<Result<object>> {
  const tx = core.options.db.begin();
  renameSession(tx, user, device, name);
  try {
    await tx.commit();
    return ok({});
  } catch (error) {
    if (error instanceof UnmetExpectation) return failure("M_NOT_FOUND", "You have no such device.");
    throw error;
  }
}

function deviceRoutes(core: AccountsCore): readonly Route[] {
  return [
    serve(getDevices, async ({ caller }) => ok({ devices: (await core.devicesOf(caller.user)).map(deviceView) })),
    serve(getDevice, async ({ caller, params }) => {
      const device = (await core.devicesOf(caller.user)).find((one) => one.device === params.deviceId);
      return device === undefined ? failure("M_NOT_FOUND", "You have no such device.") : ok(deviceView(device));
    }),
    serve(renameDevice, async ({ caller, params, body }) => {
      if (body.display_name !== undefined) return await renamed(core, caller.user, params.deviceId, body.display_name);
      const exists = (await core.devicesOf(caller.user)).some((one) => one.device === params.deviceId);
      return exists ? ok({}) : failure("M_NOT_FOUND", "You have no such device.");
    }),
    serve(deleteDevice, ({ caller, params, body, ip }) =>
      proven(core, { caller, name: `delete ${params.deviceId}`, auth: body.auth, ip }, async () => {
        await core.sessions.end(caller.user, [params.deviceId]);
        return ok({});
      }),
    ),
    serve(deleteDevices, ({ caller, body, ip }) =>
      proven(core, { caller, name: `delete ${[...body.devices].sort().join(" ")}`, auth: body.auth, ip }, async () => {
        await core.sessions.end(caller.user, body.devices);
        return ok({});
      }),
    ),
  ];
}

function adminRoutes(core: AccountsCore): readonly Route[] {
  return [
    serve(createAccount, async ({ body }) => {
      const weak = core.passwordFault(body.password);
      if (weak !== undefined) return weak;
      const made = await core.create(body.localpart, body.password);
      return made.ok ? ok({ user_id: made.value }) : made;
    }),
    serve(deactivateOther, ({ params }) => core.deactivate(params.userId)),
    serve(resetPassword, ({ params, body }) => core.setPassword(params.userId, body.new_password, { endSessions: true })),
    serve(setDeviceClass, ({ params, body }) => core.setDeviceClass(params.userId, params.deviceId, body.class === "managed")),
  ];
}
