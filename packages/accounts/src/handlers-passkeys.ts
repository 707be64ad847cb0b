import { failure, ok, type Result } from "@causeway/base";
import {
  addPasskey,
  changePasskey,
  deletePasskey,
  listPasskeys,
  passkeyOptions,
  passkeySignInOptions,
} from "@causeway/contract";
import { serve, type Route, type Tx } from "@causeway/platform";
import type { AccountsCore } from "./accounts.ts";
import { isCommitted } from "./passkeys/passkeys.ts";
import { passkeysOf, removePasskey, renamePasskey, sealForPasskey, type PasskeyRow } from "./store-passkeys.ts";

/** One's own passkeys, and signing in with one. */
export function passkeyRoutes(core: AccountsCore): readonly Route[] {
  return [
    serve(passkeyOptions, async ({ caller, body, ip }) => {
      const passed = await core.check(caller, "passkey", body.auth, ip);
      return passed.done ? await core.passkeys.creation(caller.user) : ok(passed.reply);
    }),
    serve(addPasskey, async ({ caller, body }) => {
      const added = await core.passkeys.add(caller.user, body.name.replaceAll("\0", ""), body.response);
      return added.ok ? ok(viewOf(added.value)) : added;
    }),
    serve(listPasskeys, async ({ caller }) =>
      ok({ passkeys: (await passkeysOf(core.options.db, caller.user)).map(viewOf) }),
    ),
    serve(changePasskey, ({ caller, params, body }) => {
      const of = { id: params.passkeyId, user: caller.user };
      return changed(core, (tx) => {
        if (body.name !== undefined) renamePasskey(tx, of, body.name.replaceAll("\0", ""));
        if (body.sealed !== undefined) sealForPasskey(tx, of, body.sealed?.replaceAll("\0", ""));
      });
    }),
    serve(deletePasskey, async ({ caller, params, body, ip }) => {
      const of = { id: params.passkeyId, user: caller.user };
      const passed = await core.check(caller, `remove passkey ${of.id}`, body.auth, ip);
      return passed.done
        ? await changed(core, (tx) => {
            removePasskey(tx, of);
            core.record(tx, { act: "passkey.removed", by: caller.user, on: caller.user });
          })
        : ok(passed.reply);
    }),
    serve(passkeySignInOptions, async () => ok(await core.passkeys.signInOptions())),
  ];
}

async function changed(core: AccountsCore, collect: (tx: Tx) => void): Promise<Result<object>> {
  const tx = core.options.db.begin();
  collect(tx);
  return (await isCommitted(tx)) ? ok({}) : failure("M_NOT_FOUND", "You have no such passkey.");
}

function viewOf(row: PasskeyRow): object {
  return {
    id: row.id,
    name: row.name,
    created_ts: row.created,
    ...(row.lastUsed === undefined ? {} : { last_used_ts: row.lastUsed }),
    transports: row.transports,
    backed_up: row.backedUp,
    prf: row.prf,
    salt: row.salt,
    ...(row.sealed === undefined ? {} : { sealed: row.sealed }),
  };
}
