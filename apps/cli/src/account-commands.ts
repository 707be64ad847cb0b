import type { Result } from "@causeway/base";
import { grantableRoles } from "@causeway/contract";
import { exit, textOf, type Command, type Context, type ExitCode } from "./command.ts";
import { newPassword } from "./password.ts";
import { perform, sayFailure } from "./perform.ts";

const WITH_ROLE = { role: { type: "string" }, department: { type: "string" } } as const;
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

async function createUser(context: Context): Promise<ExitCode> {
  const role = textOf(context, "role");
  if (role !== undefined && !grantableRoles.some((known) => known === role)) {
    context.complain(`there is no role \`${role}\`; there are ${grantableRoles.join(", ")}`);
    return exit.usage;
  }
  const made = await onAccount(context, "create-user", { password: await newPassword(context) });
  return made === exit.done && role !== undefined ? await giveRole(context, role) : made;
}

async function giveRole(context: Context, role: string): Promise<ExitCode> {
  const [user = ""] = context.words;
  const department = textOf(context, "department");
  const input = { user, role, ...(department === undefined ? {} : { department }) };
  const done = await perform(context, "grant-role", input);
  if (!done.ok) {
    context.complain(`the role was not given: ${sayFailure(done.error)}`);
    return exit.failed;
  }
  context.say(`${userIdIn(done)} is ${role}.`);
  return exit.done;
}

/** What operators do with accounts, whether the server runs or not. */
export const accountCommands: Readonly<Record<string, Command>> = {
  "create-user": {
    usage: "NAME [--role ROLE [--department CODE]] [--password-file FILE]",
    about: `Makes an account, with --role as in \`grant-role\`. ${PASSWORD_HINT}`,
    flags: { ...WITH_PASSWORD, ...WITH_ROLE },
    words: { least: 1, most: 1 },
    run: createUser,
  },
  "reset-password": {
    usage: "NAME [--password-file FILE]",
    about: `Gives somebody a new password and ends their sessions. ${PASSWORD_HINT}`,
    flags: WITH_PASSWORD,
    words: { least: 1, most: 1 },
    run: async (context) => onAccount(context, "reset-password", { password: await newPassword(context) }),
  },
  "grant-role": {
    usage: "NAME ROLE [--department CODE]",
    about: `Gives a role: ${grantableRoles.join(", ")}. Nobody can hold both administrator roles.`,
    flags: { department: WITH_ROLE.department },
    words: { least: 2, most: 2 },
    run: (context) => giveRole(context, context.words[1] ?? ""),
  },
  "deactivate-user": {
    usage: "NAME",
    about: "Ends an account for good: its sessions, its password, its keys. Its name is never given again.",
    flags: {},
    words: { least: 1, most: 1 },
    run: (context) => onAccount(context, "deactivate-user", {}),
  },
};
