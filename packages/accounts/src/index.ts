import type { Route } from "@causeway/platform";
import { AccountsCore, type AccountsOptions } from "./accounts.ts";
import { accountRoutes } from "./handlers-account.ts";
import { factRoutes } from "./handlers-facts.ts";
import { moderationRoutes } from "./handlers-moderation.ts";
import { passkeyRoutes } from "./handlers-passkeys.ts";
import { signInRoutes } from "./handlers-sign-in.ts";
import { signOnRoutes } from "./handlers-sign-on.ts";

export type { AccountsOptions, AccountView } from "./accounts.ts";
export type { InteractiveAnswer } from "./interactive.ts";
export { defaultAccountsLimits, type AccountsLimits } from "./limits.ts";
export { accountsMigrations } from "./migrations/index.ts";
export { accountOperations } from "./operations.ts";
export type {
  AccountsListener,
  BegunSession,
  EndedSession,
  SessionsBeginning,
  SessionsEnding,
  SignOnParts,
} from "./ports.ts";
export { verifyAccounts } from "./store-verify.ts";
export type { SessionRow } from "./store.ts";

/** Accounts with the endpoints that serve them. */
export type Accounts = AccountsCore & { readonly routes: readonly Route[] };

/** Builds the accounts of this server. */
export function createAccounts(options: AccountsOptions): Accounts {
  const core = new AccountsCore(options);
  return Object.assign(core, {
    routes: [
      ...signInRoutes(core),
      ...signOnRoutes(core),
      ...passkeyRoutes(core),
      ...accountRoutes(core),
      ...moderationRoutes(core),
      ...factRoutes(core),
    ],
  });
}
