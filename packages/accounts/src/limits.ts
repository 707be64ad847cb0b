/** Limits of accounts and sessions; the configuration fills them. */
export interface AccountsLimits {
  readonly minPasswordLength: number;
  /** How long an access token lasts where the client asked for a refresh token. */
  readonly accessTokenMs: number;
  /** Password hashes at the same time, and how many more may wait. */
  readonly maxHashing: number;
  readonly maxHashQueue: number;
  /** Sessions of one account; the oldest ends when there is one more. */
  readonly maxSessions: number;
  /** Tokens kept in memory. */
  readonly maxTokensInMemory: number;
  /** Wrong passwords for one account, or from one address, before one must wait. */
  readonly wrongPasswords: number;
  readonly wrongPasswordsPerMs: number;
  readonly interactiveSessionMs: number;
  readonly maxInteractiveSessions: number;
}

/** The limits when nothing else is configured. */
export const defaultAccountsLimits: AccountsLimits = {
  minPasswordLength: 10,
  accessTokenMs: 60 * 60_000,
  maxHashing: 2,
  maxHashQueue: 200,
  maxSessions: 100,
  maxTokensInMemory: 200_000,
  wrongPasswords: 10,
  wrongPasswordsPerMs: 15 * 60_000,
  interactiveSessionMs: 15 * 60_000,
  maxInteractiveSessions: 20_000,
};
