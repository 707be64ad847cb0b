import { ok, parseUserId, type Result, type UserId } from "@causeway/base";
import {
  claimKeys,
  queryKeys,
  sendToDevice,
  uploadCrossSigning,
  uploadKeys,
  uploadSignatures,
} from "@causeway/contract";
import { serve, type Answer, type Caller, type Request, type Route } from "@causeway/platform";
import type { KeysOptions } from "./create-keys.ts";
import type { Identities, KeyJson, Usage } from "./identities.ts";
import type { OneTimeKeys } from "./one-time.ts";
import { QueryAnswer } from "./query.ts";
import { SignatureUpload } from "./signature-upload.ts";
import { publicKeyOf } from "./signatures.ts";
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
    serve(uploadKeys, (request) => upload(parts, request)),
    serve(queryKeys, async ({ caller, body }) => {
      const answer = new QueryAnswer(parts, caller.user);
      for (const [name, wanted] of Object.entries(body.device_keys)) {
        const user = parseUserId(name);
        if (user !== undefined) await answer.add(user, wanted);
      }
      return ok(answer.json());
    }),
    serve(claimKeys, async ({ body }) => {
      const claimed = await oneTime.claim(body.one_time_keys);
      return claimed.ok ? ok({ one_time_keys: claimed.value, failures: {} }) : claimed;
    }),
    serve(uploadCrossSigning, ({ caller, body, ip }) => crossSign(parts, caller, { body, ip })),
    serve(uploadSignatures, async ({ caller, body }) => {
      const faults = await new SignatureUpload(identities, caller.user, options.limits.maxSignedKeys).take(body);
      return faults.ok ? ok({ failures: faults.value }) : faults;
    }),
    serve(sendToDevice, ({ caller, params, body }) =>
      toDevice.send(caller, { type: params.eventType, txnId: params.txnId, messages: body.messages }),
    ),
  ];
}

/** All of it is looked at before any of it is kept, and it is kept in one transaction. */
async function upload(parts: DeviceKeyParts, { caller, body }: Request<typeof uploadKeys>): Promise<Result<object>> {
  const { identities, oneTime } = parts;
  const { user, device } = caller;
  const prepared =
    body.device_keys === undefined ? undefined : await identities.prepareDevice(user, device, body.device_keys);
  if (prepared?.ok === false) return prepared;
  const publish = prepared === undefined || prepared.value.isPublished ? undefined : prepared.value.publish;
  const fallback = body.fallback_keys ?? body["org.matrix.msc2732.fallback_keys"] ?? {};
  const kept = await oneTime.upload(user, device, { oneTime: body.one_time_keys ?? {}, fallback, also: publish });
  return kept.ok ? ok({ one_time_key_counts: (await oneTime.counts(user, device)).counts }) : kept;
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
  const checked = await identities.checkCrossSigning(caller.user, keys);
  if (!checked.ok) return checked;
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
