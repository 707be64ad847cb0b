import { failure, ok, type DeviceId, type Result, type UserId } from "@causeway/base";
import { getLock, getSuspension, setLock, setSuspension, signOutOther, whois, type Hold } from "@causeway/contract";
import { serve, type Answer, type Caller, type Route } from "@causeway/platform";
import type { AccountsCore } from "./accounts.ts";

/** What administrators see and hold of accounts (client-server API, "Server administration"). */
export function moderationRoutes(core: AccountsCore): readonly Route[] {
  return [
    serve(whois, ({ caller, params }) => whoIs(core, caller, params.userId)),
    serve(signOutOther, ({ caller, params }) =>
      signOut(core, caller, { user: params.userId, device: params.deviceId }),
    ),
    serve(getLock, async ({ params }) => view(await core.holds.find(params.userId), ({ locked }) => ({ locked }))),
    serve(setLock, ({ caller, params, body }) =>
      hold(core, caller, { user: params.userId, hold: "locked", on: body.locked }),
    ),
    serve(getSuspension, async ({ params }) =>
      view(await core.holds.find(params.userId), ({ suspended }) => ({ suspended })),
    ),
    serve(setSuspension, ({ caller, params, body }) =>
      hold(core, caller, { user: params.userId, hold: "suspended", on: body.suspended }),
    ),
  ];
}

function view<T>(found: Result<T>, show: (value: T) => object): Answer {
  return found.ok ? ok(show(found.value)) : found;
}

async function hold(
  core: AccountsCore,
  caller: Caller,
  wish: { readonly user: UserId; readonly hold: Hold; readonly on: boolean },
): Promise<Answer> {
  const { user, on } = wish;
  // The endpoint asked for the right already; whoever calls this in another way is asked here.
  if (!core.options.may(caller.user, "accounts.hold") || caller.user === user) return failure("M_FORBIDDEN");
  const done = await core.holds.set(user, { hold: wish.hold, on, by: caller.user });
  return done.ok ? ok(wish.hold === "locked" ? { locked: on } : { suspended: on }) : done;
}

async function signOut(
  core: AccountsCore,
  caller: Caller,
  of: { readonly user: UserId; readonly device: DeviceId },
): Promise<Answer> {
  const { user, device } = of;
  if (!core.options.may(caller.user, "accounts.hold") || caller.user === user) return failure("M_FORBIDDEN");
  if (!(await core.devicesOf(user)).some((one) => one.device === device))
    return failure("M_NOT_FOUND", "There is no such device.");
  await core.sessions.end(user, { devices: [device], by: caller.user });
  return ok({});
}

/** Devices with when they were last seen; who is nobody's business is answered like somebody who is not there. */
async function whoIs(core: AccountsCore, caller: Caller, user: UserId): Promise<Answer> {
  if (caller.user !== user && !core.options.may(caller.user, "accounts.read")) return failure("M_FORBIDDEN");
  if ((await core.standingOf(user)) === "none") return failure("M_NOT_FOUND", "There is no such account.");
  const devices = (await core.devicesOf(user)).map(({ device, lastSeen }) => [
    device,
    { sessions: [{ connections: [{ last_seen: lastSeen }] }] },
  ]);
  return ok({ user_id: user, devices: Object.fromEntries(devices) });
}
