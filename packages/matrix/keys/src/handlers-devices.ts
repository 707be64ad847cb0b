import { failure, ok, parseUserId, type Result, type UserId } from "@causeway/base";
import {
  claimKeys,
  keyChanges,
  queryKeys,
  sendToDevice,
  uploadCrossSigning,
  uploadKeys,
  uploadSignatures,
} from "@causeway/contract";
import { serve, type Answer, type Caller, type Route } from "@causeway/platform";
import type { KeysOptions } from "./create-keys.ts";
import type { Identities, KeyJson, Usage } from "./identities.ts";
import type { OneTimeKeys } from "./one-time.ts";
import { QueryAnswer } from "./query.ts";
import { SignatureUpload } from "./signature-upload.ts";
import { publicKeyOf } from "./signatures.ts";
import { readDeviceListChanges } from "./store-devices.ts";
import type { ToDevice } from "./to-device.ts";

/** What the endpoints of device keys work with. */
export interface DeviceKeyParts {
  readonly options: KeysOptions;
  readonly identities: Identities;
  readonly oneTime: OneTimeKeys;
  readonly toDevice: ToDevice;
}

/** The endpoints of device keys, cross-signing and messages to devices. */
export function deviceKeyRoutes(parts: DeviceKeyParts): readonly Route[] {
  const { options, identities, oneTime, toDevice } = parts;
  return [
    serve(uploadKeys, async ({ caller, body }) => {
      const keys = body.device_keys;
      if (keys !== undefined) {
        if (keys.user_id !== caller.user || keys.device_id !== caller.device)
          return failure("M_INVALID_PARAM", "These are the keys of another device.");
        await identities.putDevice(caller.user, caller.device, keys);
      }
      const fallback = body.fallback_keys ?? body["org.matrix.msc2732.fallback_keys"] ?? {};
      const kept = await oneTime.upload(caller.user, caller.device, { oneTime: body.one_time_keys ?? {}, fallback });
      if (!kept.ok) return kept;
      return ok({ one_time_key_counts: (await oneTime.counts(caller.user, caller.device)).counts });
    }),
    serve(queryKeys, async ({ caller, body }) => {
      const answer = new QueryAnswer(parts, caller.user);
      for (const [name, wanted] of Object.entries(body.device_keys)) {
        const user = parseUserId(name);
        if (user !== undefined) await answer.add(user, wanted);
      }
      return ok(answer.json());
    }),
    serve(claimKeys, async ({ body }) => ok({ one_time_keys: await oneTime.claim(body.one_time_keys), failures: {} })),
    serve(keyChanges, async ({ caller, query }) => {
      const from = positionOf(query.from);
      const to = positionOf(query.to);
      if (from === undefined || to === undefined)
        return failure("M_INVALID_PARAM", "query `from` or `to`: not a token of this server");
      return ok(await changesFor(options, caller.user, { from, to }));
    }),
    serve(uploadCrossSigning, ({ caller, body, ip }) => crossSign(parts, caller, { body, ip })),
    serve(uploadSignatures, async ({ caller, body }) =>
      ok({ failures: await new SignatureUpload(identities, caller.user).take(body) }),
    ),
    serve(sendToDevice, ({ caller, params, body }) =>
      toDevice.send(caller, { type: params.eventType, txnId: params.txnId, messages: body.messages }),
    ),
  ];
}

/** The position in the stream that a token of `/sync` stands for. */
function positionOf(token: string): number | undefined {
  const match = /^s[0-9]{1,10}_([0-9]{1,16})_/.exec(token);
  return match === null ? undefined : Number(match[1]);
}

async function changesFor(
  options: KeysOptions,
  reader: UserId,
  range: { readonly from: number; readonly to: number },
): Promise<object> {
  const changed: UserId[] = [];
  for (const name of await readDeviceListChanges(options.db, range.from, range.to)) {
    const user = parseUserId(name);
    if (user !== undefined && (user === reader || (await options.sharing.share(reader, user)))) changed.push(user);
  }
  return { changed, left: [] };
}

interface CrossSigningBody {
  readonly master_key?: KeyJson | undefined;
  readonly self_signing_key?: KeyJson | undefined;
  readonly user_signing_key?: KeyJson | undefined;
  readonly auth?: unknown;
}

/** The first keys need no more than the token; replacing an identity needs the password (client-server API, "Cross-signing"). */
async function crossSign(
  parts: DeviceKeyParts,
  caller: Caller,
  given: { readonly body: CrossSigningBody; readonly ip: string },
): Promise<Answer> {
  const { identities, options } = parts;
  const { body, ip } = given;
  const keys = new Map<Usage, KeyJson>();
  if (body.master_key !== undefined) keys.set("master", body.master_key);
  if (body.self_signing_key !== undefined) keys.set("self_signing", body.self_signing_key);
  if (body.user_signing_key !== undefined) keys.set("user_signing", body.user_signing_key);
  if (await replaces(identities, caller.user, keys)) {
    const passed = await options.interactive.check(caller, "cross-signing", { auth: body.auth, ip });
    if (!passed.done) return ok(passed.reply);
  }
  const done: Result<object> = await identities.putCrossSigning(caller.user, keys);
  return done;
}

async function replaces(identities: Identities, user: UserId, keys: ReadonlyMap<Usage, KeyJson>): Promise<boolean> {
  if ((await identities.crossKey(user, "master")) === undefined) return false;
  for (const [usage, key] of keys) {
    const before = await identities.crossKey(user, usage);
    if (before === undefined || publicKeyOf(before) !== publicKeyOf(key)) return true;
  }
  return false;
}
