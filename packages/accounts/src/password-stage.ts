import { failure, ok, type Result, type UserId } from "@causeway/base";
import type { StageCheck } from "./interactive.ts";

/** What the password stage needs of accounts. */
export interface PasswordStageParts {
  /** Finds the account when the password is its own; counts failures. */
  checkPassword(who: {
    readonly user: UserId;
    readonly password: string;
    readonly ip: string;
  }): Promise<Result<object | undefined>>;
  /** Reads what a client calls a user. */
  userOf(name: string): UserId | undefined;
}

/** `m.login.password` of user-interactive authentication. */
export function passwordStage(parts: PasswordStageParts): StageCheck {
  return {
    pass: async ({ operation, auth }) => {
      const { user, ip } = operation;
      const { password } = auth;
      if (user === undefined || typeof password !== "string" || !names(parts, auth, user))
        return failure("M_FORBIDDEN");
      const account = await parts.checkPassword({ user, password, ip });
      if (!account.ok) return account;
      return account.value === undefined ? failure("M_FORBIDDEN", "The password is not right.") : ok(undefined);
    },
  };
}

/** Whether the identifier, when there is one, is the user who asks. */
function names(parts: PasswordStageParts, auth: Readonly<Record<string, unknown>>, user: UserId): boolean {
  const { identifier } = auth;
  const fields: Readonly<Record<string, unknown>> =
    typeof identifier === "object" && identifier !== null ? { ...identifier } : {};
  if (identifier !== undefined && fields["type"] !== "m.id.user") return false;
  const named = fields["user"] ?? auth["user"];
  return named === undefined || (typeof named === "string" && parts.userOf(named) === user);
}
