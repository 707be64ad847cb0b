import type { Clock, UserId } from "@causeway/base";
import type { Database, Tx } from "@causeway/platform";
import { randomBytes } from "node:crypto";
import { addLoginToken, findLoginToken, removeLoginToken } from "./store-sign-on.ts";
import { hashToken } from "./tokens.ts";

/** Login tokens: each begins one session, within minutes. Only hashes are kept. */
export class LoginTokens {
  readonly lastMs: number;
  #db: Database;
  #clock: Clock;

  constructor(parts: {
    readonly db: Database;
    readonly clock: Clock;
    readonly limits: { readonly loginTokenMs: number };
  }) {
    this.#db = parts.db;
    this.#clock = parts.clock;
    this.lastMs = parts.limits.loginTokenMs;
  }

  /** Makes one. */
  async issue(user: UserId): Promise<string> {
    const token = `cwl_${randomBytes(32).toString("base64url")}`;
    const tx = this.#db.begin();
    addLoginToken(tx, { hash: hashToken(token), user, now: this.#clock.now(), ms: this.lastMs });
    await tx.commit();
    return token;
  }

  /** Whose it is; `use` collects its end into the transaction that begins the session, which fails when it has been used. */
  async find(token: string): Promise<{ readonly user: UserId; readonly use: (tx: Tx) => void } | undefined> {
    const hashed = hashToken(token);
    const user = await findLoginToken(this.#db, hashed, this.#clock.now());
    return user === undefined ? undefined : { user, use: (tx) => removeLoginToken(tx, hashed) };
  }
}
