import { failure, ok, type Clock, type UserId } from "@causeway/base";
import { operation, type Database, type Operations } from "@causeway/platform";
import { z } from "zod";
import { prove, type ProverParts } from "./prover.ts";
import type { RecordAudit } from "./record.ts";
import { eraseValues, valuesOfPerson } from "./store.ts";
import type { Witnesses } from "./witnesses.ts";

/** What operators' commands need of the log and of accounts. */
export interface OperationParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly record: RecordAudit;
  readonly prover: ProverParts;
  readonly witnesses: Witnesses;
  readonly userOf: (name: string) => UserId | undefined;
  readonly standingOf: (user: UserId) => Promise<"none" | "active" | "ended">;
}

const text = z.string().min(1).max(255);

/** What operators do with the log, by the names of their commands. */
export function operationsOf(parts: OperationParts): Operations {
  return {
    "prove-audit": operation(
      z.strictObject({ on: z.array(text).min(1).max(20), disclose: z.boolean() }),
      async ({ on, disclose }) => {
        const made = await prove(parts.prover, { things: on, disclose, by: "operator" });
        return made.ok ? ok({ proof: made.value }) : made;
      },
    ),
    "add-cosignature": operation(z.strictObject({ note: z.string().max(65_536) }), ({ note }) =>
      parts.witnesses.add(note),
    ),
    "erase-person": operation(z.strictObject({ user: text }), async ({ user: name }) => {
      const user = parts.userOf(name);
      if (user === undefined || (await parts.standingOf(user)) === "none")
        return failure("M_NOT_FOUND", "There is no such account.");
      if ((await parts.standingOf(user)) === "active")
        return failure("M_BAD_STATE", "The account is active; deactivate it first.");
      return ok({ userId: user, values: await erase(parts, user) });
    }),
    "note-command": operation(z.strictObject({ command: z.enum(["backup"]) }), async ({ command }) => {
      const tx = parts.db.begin();
      const facts = { command };
      parts.record(tx, { act: "operator.command", by: "operator", on: "server", at: parts.clock.now(), facts });
      await tx.commit();
      return ok({});
    }),
  };
}

/** Erases salts and values; the entries stay, and every proof with them. */
async function erase({ db, clock, record }: OperationParts, user: UserId): Promise<number> {
  const values = await valuesOfPerson(db, user);
  const tx = db.begin();
  eraseValues(tx, user);
  record(tx, { act: "person.erased", by: "operator", on: "log", at: clock.now(), facts: { values } });
  await tx.commit();
  return values;
}
