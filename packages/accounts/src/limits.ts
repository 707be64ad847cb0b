/** Limits of accounts and sessions; the configuration fills them. */
export interface AccountsLimits {
  readonly minPasswordLength: number;
  /** How long an access token lasts where the client asked for a refresh token. */
  readonly accessTokenMs: number;
  /** How many exchanged refresh tokens of a session are remembered, so that the use of a copy is noticed. */
  readonly refreshTokensKept: number;
  /** Password hashes at the same time, and how many more may wait. */
  readonly maxHashing: number;
  readonly maxHashQueue: number;
  /** Sessions of one account; the oldest ends when there is one more. */
  readonly maxSessions: number;
  /** Tokens kept in memory. */
  readonly maxTokensInMemory: number;
  /** Wrong passwords for one account from one address before one must wait. */
  readonly wrongPasswords: number;
  /** The same for one account from everywhere: more, so that a stranger cannot easily lock somebody out. */
  readonly wrongPasswordsPerAccount: number;
  /** The same for one address: more, because a whole office may share one. */
  readonly wrongPasswordsPerAddress: number;
  /** The window that they are counted in. */
  readonly wrongPasswordsPerMs: number;
  readonly interactiveSessionMs: number;
  readonly maxInteractiveSessions: number;
  /** How long a browser may be away at a provider. */
  readonly signOnMs: number;
  readonly maxPasskeys: number;
  /** How long a browser may take to make or use a passkey. */
  readonly passkeyMs: number;
  /** How long a login token can be used. */
  readonly loginTokenMs: number;
}

const QUARTER_HOUR_MS = 15 * 60_000;

/** The limits when nothing else is configured. */
export const defaultAccountsLimits: AccountsLimits = {
  minPasswordLength: 10,
  accessTokenMs: 60 * 60_000,
  refreshTokensKept: 100,
  maxHashing: 2,
  maxHashQueue: 200,
  maxSessions: 100,
  maxTokensInMemory: 200_000,
  wrongPasswords: 10,
  wrongPasswordsPerAccount: 50,
  wrongPasswordsPerAddress: 100,
  wrongPasswordsPerMs: QUARTER_HOUR_MS,
  interactiveSessionMs: QUARTER_HOUR_MS,
  maxInteractiveSessions: 20_000,
  signOnMs: 10 * 60_000,
  maxPasskeys: 20,
  passkeyMs: 5 * 60_000,
  loginTokenMs: 2 * 60_000,
};
