import type { Result } from "@causeway/base";
import { exit, type Command, type Context, type ExitCode } from "./command.ts";
import { newPassword } from "./password.ts";
import { perform, sayFailure } from "./perform.ts";

const WITH_PASSWORD = { "password-file": { type: "string" } } as const;
const PASSWORD_HINT = "The password is typed, or the first line of standard input or of --password-file FILE.";

function userIdIn(result: Result<unknown>): string {
  const value = result.ok ? result.value : undefined;
  return String(Reflect.get(Object(value), "userId") ?? "");
}

async function onAccount(context: Context, operation: string, more: { readonly password?: string }): Promise<ExitCode> {
  const [user = ""] = context.words;
  const done = await perform(context, operation, { user, ...more });
  if (!done.ok) {
    context.complain(sayFailure(done.error));
    return exit.failed;
  }
  const id = userIdIn(done);
  context.say(SAID[operation]?.(id) ?? id);
  return exit.done;
}

const SAID: Readonly<Record<string, (id: string) => string>> = {
  "create-user": (id) => `${id} can sign in.`,
  "reset-password": (id) => `${id} has a new password; every session of theirs has ended.`,
  "deactivate-user": (id) => `${id} is deactivated; every session of theirs has ended.`,
};

/** What operators do with accounts, whether the server runs or not. */
export const accountCommands: Readonly<Record<string, Command>> = {
  "create-user": {
    usage: "NAME [--password-file FILE]",
    about: `Makes an account. ${PASSWORD_HINT}`,
    flags: WITH_PASSWORD,
    words: { least: 1, most: 1 },
    run: async (context) => onAccount(context, "create-user", { password: await newPassword(context) }),
  },
  "reset-password": {
    usage: "NAME [--password-file FILE]",
    about: `Gives somebody a new password and ends their sessions. ${PASSWORD_HINT}`,
    flags: WITH_PASSWORD,
    words: { least: 1, most: 1 },
    run: async (context) => onAccount(context, "reset-password", { password: await newPassword(context) }),
  },
  "deactivate-user": {
    usage: "NAME",
    about: "Ends an account for good: its sessions, its password, its keys. Its name is never given again.",
    flags: {},
    words: { least: 1, most: 1 },
    run: (context) => onAccount(context, "deactivate-user", {}),
  },
};
