import { failure, ok, type Result, type UserId } from "@causeway/base";
import { UnmetExpectation, type OidcProviderConfig } from "@causeway/platform";
import type { AccountsCore } from "../accounts.ts";
import { addAccount, findAccount } from "../store.ts";
import { addIdentity, findIdentity } from "../store-sign-on.ts";
import { localpartFrom } from "./localpart.ts";
import type { Somebody } from "./provider.ts";

/**
 * The account of somebody whom a provider vouches for. Issuer and subject decide; who is new is found in the directory by the
 * configured claim, or gets an account of a name that nobody has. An account that exists is never taken over by its name.
 */
export async function accountOf(
  core: AccountsCore,
  config: OidcProviderConfig,
  somebody: Somebody,
): Promise<Result<UserId>> {
  const { db } = core.options;
  const known = await findIdentity(db, somebody.issuer, somebody.subject);
  if (known !== undefined) return await active(core, known);
  const there: Known = { ...somebody, provider: config.id };
  const made =
    config.claims.directory === undefined
      ? await newcomer(core, config, there)
      : await fromDirectory(core, there, text(somebody.claims[config.claims.directory]));
  if (made.ok) return made;
  // Of two sign-ins of somebody new at the same time, the other may have been first.
  const meanwhile = await findIdentity(db, somebody.issuer, somebody.subject);
  return meanwhile === undefined ? made : await active(core, meanwhile);
}

async function active(core: AccountsCore, user: UserId): Promise<Result<UserId>> {
  return (await core.isActive(user)) ? ok(user) : failure("M_USER_DEACTIVATED");
}

/** Somebody, and the provider that vouches for them. */
type Known = Somebody & { readonly provider: string };

async function fromDirectory(core: AccountsCore, somebody: Known, value: string | undefined): Promise<Result<UserId>> {
  const user = value === undefined ? undefined : await core.options.signOn.people(value);
  if (user === undefined) return failure("M_FORBIDDEN", "The directory does not know you.");
  const account = await findAccount(core.options.db, user);
  if (account?.deactivated === true) return failure("M_USER_DEACTIVATED");
  return await keep(core, somebody, { user, isNew: account === undefined });
}

async function newcomer(core: AccountsCore, config: OidcProviderConfig, somebody: Known): Promise<Result<UserId>> {
  if (!config.createAccounts) return failure("M_FORBIDDEN", "You have no account here yet.");
  const localpart = localpartFrom(text(somebody.claims[config.claims.user]) ?? "");
  if (localpart === undefined) return failure("M_INVALID_USERNAME", "The provider gives no name for an account.");
  const free = await core.newUser(localpart);
  if (!free.ok) return free;
  const made = await keep(core, somebody, { user: free.value, isNew: true });
  const name = text(somebody.claims[config.claims.name]);
  if (made.ok && name !== undefined) await core.options.listener.accountNamed?.(free.value, name.slice(0, 200));
  return made;
}

/** An account that is new and its identity stand or fall together. */
async function keep(
  core: AccountsCore,
  somebody: Known,
  as: { readonly user: UserId; readonly isNew: boolean },
): Promise<Result<UserId>> {
  const at = core.options.clock.now();
  const tx = core.options.db.begin();
  if (as.isNew) addAccount(tx, as.user, { password: undefined, at });
  if (as.isNew) core.record(tx, { act: "account.made", by: "system", on: as.user, facts: { how: "provider" } });
  core.record(tx, { act: "identity.linked", by: as.user, on: as.user, facts: { provider: somebody.provider } });
  addIdentity(tx, { issuer: somebody.issuer, subject: somebody.subject, user: as.user, at });
  try {
    await tx.commit();
    return ok(as.user);
  } catch (error) {
    if (error instanceof UnmetExpectation) return failure("M_USER_IN_USE");
    throw error;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.replaceAll("\0", "") : undefined;
}
