import { canonicalJson, failure, ok } from "@causeway/base";
import { deleteDehydrated, dehydratedEvents, getDehydrated, putDehydrated } from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import type { DeviceKeyParts } from "./handlers-devices.ts";
import { findDehydrated, putDehydratedRow, removeDehydratedRow } from "./store-dehydrated.ts";
import { putDeviceKeys } from "./store-devices.ts";

const EVENTS_PER_ANSWER = 100;

/** The endpoints of dehydrated devices (MSC3814). */
export function dehydratedRoutes(parts: DeviceKeyParts): readonly Route[] {
  const { options, identities, oneTime, toDevice } = parts;
  const { db } = options;
  return [
    serve(putDehydrated, async ({ caller, body }) => {
      const { device_id: device, device_keys: keys } = body;
      if (keys.user_id !== caller.user || keys.device_id !== device)
        return failure("M_INVALID_PARAM", "These are the keys of another device.");
      if ((await options.devices.devicesOf(caller.user)).some((one) => one.device === device))
        return failure("M_INVALID_PARAM", "Somebody is signed in with this device.");
      const before = await findDehydrated(db, caller.user);
      await identities.change(caller.user, (tx) => {
        if (before !== undefined && before.device !== device)
          identities.collectRemoval(tx, caller.user, [before.device]);
        putDehydratedRow(tx, caller.user, { device, data: JSON.stringify(body.device_data) });
        putDeviceKeys(tx, caller.user, device, canonicalJson(keys));
      });
      const kept = await oneTime.upload(caller.user, device, {
        oneTime: body.one_time_keys ?? {},
        fallback: body.fallback_keys ?? {},
      });
      return kept.ok ? ok({ device_id: device }) : kept;
    }),
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
        identities.collectRemoval(tx, caller.user, [row.device]);
        removeDehydratedRow(tx, caller.user);
      });
      return ok({ device_id: row.device });
    }),
    serve(dehydratedEvents, async ({ caller, params, body }) => {
      const row = await findDehydrated(db, caller.user);
      if (row?.device !== params.deviceId) return failure("M_FORBIDDEN", "This is not your dehydrated device.");
      const match = body.next_batch === undefined ? undefined : /^d([0-9]{1,16})$/.exec(body.next_batch);
      if (match === null) return failure("M_INVALID_PARAM", "body `next_batch`: not a token of this server");
      const from = Number(match?.[1] ?? 0);
      const rows = await toDevice.since(caller.user, row.device, {
        from,
        to: db.stream.head(),
        limit: EVENTS_PER_ANSWER,
      });
      return ok({
        events: rows.map((one): unknown => JSON.parse(one.text)),
        next_batch: `d${rows.at(-1)?.pos ?? from}`,
      });
    }),
  ];
}
