import { failure, ok, type Result } from "@causeway/base";
import { deleteDehydrated, dehydratedEvents, getDehydrated, putDehydrated } from "@causeway/contract";
import { serve, type Request, type Route } from "@causeway/platform";
import type { DeviceKeyParts } from "./handlers-devices.ts";
import { findDehydrated, putDehydratedRow, removeDehydratedRow } from "./store-dehydrated.ts";
import { removeDeviceRows } from "./store-devices.ts";

/** The endpoints of dehydrated devices (MSC3814). */
export function dehydratedRoutes(parts: DeviceKeyParts): readonly Route[] {
  const { options, identities, toDevice } = parts;
  const { db, limits } = options;
  return [
    serve(putDehydrated, (request) => put(parts, request)),
    serve(getDehydrated, async ({ caller }) => {
      const row = await findDehydrated(db, caller.user);
      return row === undefined
        ? failure("M_NOT_FOUND", "There is no dehydrated device.")
        : ok({ device_id: row.device, device_data: JSON.parse(row.data) });
    }),
    serve(deleteDehydrated, async ({ caller }) => {
      const row = await findDehydrated(db, caller.user);
      if (row === undefined) return failure("M_NOT_FOUND", "There is no dehydrated device.");
      await identities.change(caller.user, (tx) => {
        removeDeviceRows(tx, caller.user, [row.device]);
        removeDehydratedRow(tx, caller.user);
      });
      return ok({ device_id: row.device });
    }),
    serve(dehydratedEvents, async ({ caller, params, body }) => {
      const row = await findDehydrated(db, caller.user);
      if (row?.device !== params.deviceId) return failure("M_FORBIDDEN", "This is not your dehydrated device.");
      const match = body.next_batch === undefined ? undefined : /^d([0-9]{1,15})$/.exec(body.next_batch);
      if (match === null) return failure("M_INVALID_PARAM", "body `next_batch`: not a token of this server");
      const from = Number(match?.[1] ?? 0);
      const to = db.stream.head();
      const rows = await toDevice.since(caller.user, row.device, { from, to, limit: limits.dehydratedEventsPerAnswer });
      return ok({
        events: rows.map((one): unknown => JSON.parse(one.text)),
        next_batch: `d${rows.at(-1)?.pos ?? from}`,
      });
    }),
  ];
}

/** The device, its keys and its one-time keys in one transaction; the one before and everything of it go. */
async function put(parts: DeviceKeyParts, request: Request<typeof putDehydrated>): Promise<Result<object>> {
  const { options, identities, oneTime } = parts;
  const { caller, body } = request;
  const { device_id: device } = body;
  const data = JSON.stringify(body.device_data);
  if (Buffer.byteLength(data) > options.limits.maxDehydratedBytes)
    return failure("M_TOO_LARGE", "The device is too large.");
  if ((await options.devices.devicesOf(caller.user)).some((one) => one.device === device))
    return failure("M_INVALID_PARAM", "Somebody is signed in with this device.");
  const prepared = await identities.prepareDevice(caller.user, device, body.device_keys);
  if (!prepared.ok) return prepared;
  const before = await findDehydrated(options.db, caller.user);
  const kept = await oneTime.upload(caller.user, device, {
    oneTime: body.one_time_keys ?? {},
    fallback: body.fallback_keys ?? {},
    isNewDevice: true,
    also: (tx) => {
      removeDeviceRows(tx, caller.user, before === undefined ? [device] : [...new Set([before.device, device])]);
      putDehydratedRow(tx, caller.user, { device, data });
      prepared.value.publish(tx);
    },
  });
  return kept.ok ? ok({ device_id: device }) : kept;
}
