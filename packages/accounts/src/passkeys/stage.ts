import { failure, ok } from "@causeway/base";
import { passkeyAssertion } from "@causeway/contract";
import type { Database } from "@causeway/platform";
import { randomUUID } from "node:crypto";
import type { AccountsCore } from "../accounts.ts";
import type { StageCheck } from "../interactive.ts";
import { addStepUp } from "../store-passkeys.ts";
import { isCommitted, type Passkeys } from "./passkeys.ts";

/** `org.causeway.passkey` of user-interactive authentication: confirmed with a passkey, and kept that it was. */
export function passkeyStage(parts: {
  readonly db: Database;
  readonly passkeys: Passkeys;
  readonly core: Pick<AccountsCore, "record">;
}): StageCheck {
  const { db, passkeys, core } = parts;
  return {
    params: async ({ user }, session) => (user === undefined ? undefined : await passkeys.stepOptions(user, session)),
    pass: async ({ operation, session, auth, now }) => {
      const { user, name } = operation;
      const signed = passkeyAssertion.safeParse(auth["response"]);
      if (user === undefined || !signed.success) return failure("PASSKEY_REFUSED");
      const proof = await passkeys.step({ user, session }, signed.data);
      if (proof === undefined) return failure("PASSKEY_REFUSED");
      const id = randomUUID();
      const tx = db.begin();
      proof.use(tx);
      addStepUp(tx, { id, user, operation: name, passkey: proof.passkey.id, at: now });
      core.record(tx, { act: "passkey.confirmed", by: user, on: user, facts: { operation: name } });
      return (await isCommitted(tx)) ? ok(id) : failure("PASSKEY_REFUSED");
    },
  };
}
