import type { Clock } from "@causeway/base";
import type { Tx } from "@causeway/platform";
import type { AccountsLimits } from "./limits.ts";
import { addToken } from "./store.ts";
import { hashToken, newToken } from "./tokens.ts";

/** Tokens as a client gets them. */
export interface IssuedTokens {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly expires_in_ms?: number;
}

/** Makes a generation of a session's tokens and collects their hashes. Access tokens without a refresh token do not expire. */
export function issueTokens(
  tx: Tx,
  parts: { readonly clock: Clock; readonly limits: AccountsLimits },
  of: { readonly session: string; readonly generation: number; readonly refresh: boolean },
): IssuedTokens {
  const { session, generation } = of;
  const access = newToken("access");
  const expires = of.refresh ? parts.clock.now() + parts.limits.accessTokenMs : undefined;
  addToken(tx, { hash: hashToken(access), session, kind: "access", generation, expires });
  if (!of.refresh) return { access_token: access };
  const refresh = newToken("refresh");
  addToken(tx, { hash: hashToken(refresh), session, kind: "refresh", generation, expires: undefined });
  return { access_token: access, refresh_token: refresh, expires_in_ms: parts.limits.accessTokenMs };
}

/** What a token of a session is worth, by its generation. */
export type Standing =
  /** The newest, or the one that is known to be in use while the newest has not been seen yet. */
  | "good"
  /** The newest, seen for the first time: those before it end. */
  | "first-use"
  /** Replaced. A refresh token that is used all the same has been copied. */
  | "past";

/** Decides it. `confirmed` is the last generation that is known to have reached the client. */
export function standing(
  token: number,
  session: { readonly generation: number; readonly confirmed: number },
): Standing {
  if (token === session.confirmed) return "good";
  return token === session.generation ? "first-use" : "past";
}
