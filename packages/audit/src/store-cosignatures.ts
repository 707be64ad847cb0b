import { statement, type ReadDb, type Tx } from "@causeway/platform";

/** A witness's signature on a checkpoint. */
export interface CosignatureRow {
  readonly key_name: string;
  readonly key_id: string;
  readonly size: number;
  /** The text of the checkpoint that was signed. */
  readonly body: string;
  /** The signature's line in the note. */
  readonly line: string;
  readonly at: number;
}

const COLUMNS = "key_name, key_id, size, body, line, at";
const put = statement(
  `INSERT INTO audit_cosignatures (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)
   ON CONFLICT (key_name, key_id) DO UPDATE SET size = excluded.size, body = excluded.body, line = excluded.line, at = excluded.at
   WHERE audit_cosignatures.size <= excluded.size AND audit_cosignatures.at <= excluded.at`,
);
const all = statement<CosignatureRow>(`SELECT ${COLUMNS} FROM audit_cosignatures ORDER BY size DESC, key_name, key_id`);

/** Keeps a witness's newest signature; an older one changes nothing. */
export function putCosignature(tx: Tx, row: CosignatureRow): void {
  tx.add(put(row.key_name, row.key_id, row.size, row.body, row.line, row.at));
}

/** The newest signature of each witness, those of the largest log first. */
export function cosignatures(db: ReadDb): Promise<CosignatureRow[]> {
  return db.all(all());
}
