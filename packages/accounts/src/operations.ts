import { failure, ok, type Result, type UserId } from "@causeway/base";
import { operation, type Operations } from "@causeway/platform";
import { z } from "zod";
import type { AccountsCore } from "./accounts.ts";

const MAX_TEXT = 1024;
const text = z.string().min(1).max(MAX_TEXT);

/** What operators do with accounts, by the names of their commands. A person is named by localpart or by the whole id. */
export function accountOperations(core: AccountsCore): Operations {
  return {
    "create-user": operation(z.strictObject({ user: text, password: text }), async ({ user, password }) => {
      const localpart = localpartOn(core, user);
      if (!localpart.ok) return localpart;
      const made = await core.createUser({ localpart: localpart.value, password });
      return made.ok ? ok({ userId: made.value }) : made;
    }),
    "reset-password": operation(z.strictObject({ user: text, password: text }), (input) =>
      withUser(core, input.user, (user) => core.resetPassword(user, input.password)),
    ),
    "deactivate-user": operation(z.strictObject({ user: text }), (input) =>
      withUser(core, input.user, (user) => core.deactivate(user)),
    ),
  };
}

/** The localpart of a new account. Names of people who exist may be of any case; those of new ones say what they become. */
function localpartOn(core: AccountsCore, name: string): Result<string> {
  if (!name.startsWith("@")) return ok(name);
  const { serverName } = core.options;
  return name.endsWith(`:${serverName}`)
    ? ok(name.slice(1, -serverName.length - 1))
    : failure("M_INVALID_USERNAME", `This server's ids end in \`:${serverName}\`.`);
}

async function withUser(
  core: AccountsCore,
  name: string,
  act: (user: UserId) => Promise<Result<object>>,
): Promise<Result<unknown>> {
  const user = core.userOf(name);
  if (user === undefined) return failure("M_NOT_FOUND", "There is no such account.");
  const done = await act(user);
  return done.ok ? ok({ userId: user }) : done;
}
