import { fault, type Fault } from "@causeway/base";
import type { ReadDb } from "@causeway/platform";

/** Rows that do not fit to those they name. */
const ORPHANS: readonly { readonly kind: string; readonly sql: string }[] = [
  {
    kind: "session-without-account",
    sql: `SELECT s.user_id AS person, s.device FROM accounts_sessions s LEFT JOIN accounts_users u ON u.user_id = s.user_id
      WHERE u.user_id IS NULL OR u.deactivated <> 0`,
  },
  {
    kind: "token-without-session",
    sql: "SELECT t.kind, t.session FROM accounts_tokens t LEFT JOIN accounts_sessions s ON s.session = t.session WHERE s.session IS NULL",
  },
  {
    kind: "password-of-nobody",
    sql: "SELECT user_id AS person FROM accounts_users WHERE deactivated <> 0 AND password IS NOT NULL",
  },
  {
    kind: "password-unreadable",
    sql: "SELECT user_id AS person FROM accounts_users WHERE password IS NOT NULL AND password NOT LIKE '$argon2id$v=19$m=%,t=%,p=%$%$%'",
  },
];

/** Compares what is kept of accounts: sessions have an active account, tokens a session, passwords can be checked. */
export async function* verifyAccounts(db: ReadDb): AsyncGenerator<Fault> {
  for (const { kind, sql } of ORPHANS) {
    for (const row of await db.all<Record<string, string | number>>({ sql, parameters: [] }))
      yield fault(kind, { ...row });
  }
}
