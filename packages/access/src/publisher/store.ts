import { instant, type Instant } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";

/** The version that points have, or are about to get. */
export interface PolicyHeadRow {
  readonly version: number;
  readonly issued: Instant;
  readonly expires: Instant;
  /** Of what the policy says. */
  readonly digest: string;
  /** The database's: another one after a backup was restored. */
  readonly epoch: number;
}

const COLUMNS = "version, issued, expires, digest, epoch";
const select = statement<{
  readonly version: number;
  readonly issued: number;
  readonly expires: number;
  readonly digest: string;
  readonly epoch: number;
}>(`SELECT ${COLUMNS} FROM policy_head WHERE one = 1`);
const insert = statement(
  `INSERT INTO policy_head (one, ${COLUMNS}) VALUES (1, ?, ?, ?, ?, ?) ON CONFLICT (one) DO NOTHING`,
);
const update = statement(
  "UPDATE policy_head SET version = ?, issued = ?, expires = ?, digest = ?, epoch = ? WHERE one = 1 AND version = ?",
);

/** The last version that was published, by whichever process. */
export async function policyHead(db: ReadDb): Promise<PolicyHeadRow | undefined> {
  const row = await db.first(select());
  return row === undefined ? undefined : { ...row, issued: instant(row.issued), expires: instant(row.expires) };
}

/** Publishes a version after another (expects `policy-head`). */
export function putPolicyHead(tx: Tx, head: PolicyHeadRow, after: number | undefined): void {
  const { version, issued, expires, digest, epoch } = head;
  const put =
    after === undefined
      ? insert(version, issued, expires, digest, epoch)
      : update(version, issued, expires, digest, epoch, after);
  tx.add(put, { rows: 1, what: "policy-head" });
}
