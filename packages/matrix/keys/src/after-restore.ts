import type { Tx } from "@causeway/platform";
import { skipBackupVersions } from "./store-backup.ts";
import { forgetOneTimeKeys, spendFallbackKeys } from "./store-one-time.ts";

/**
 * What must not be believed of a restored database: one-time keys may have been given out since, so all are forgotten and devices
 * upload new ones; fallback keys count as used, so that they are replaced; numbers of key backups that may have been given since are
 * not given again.
 */
export function distrustRestored(tx: Pick<Tx, "add">): void {
  forgetOneTimeKeys(tx);
  spendFallbackKeys(tx);
  skipBackupVersions(tx);
}
