import { failure, ok, type Result } from "@causeway/base";
import type { Database } from "@causeway/platform";
import { rootAt, type TreeSource } from "./merkle/tree.ts";
import { checkpointText, parseCheckpoint } from "./note/checkpoint.ts";
import { parseVkey, type NoteSigner, type Verifier } from "./note/keys.ts";
import { openNote, signNote, type Signed } from "./note/note.ts";
import type { Published } from "./sequencer.ts";
import { cosignatures, putCosignature } from "./store-cosignatures.ts";

/** What witnesses' signatures are checked with. */
export interface WitnessParts {
  readonly db: Database;
  readonly tree: TreeSource;
  readonly signer: NoteSigner;
  readonly witnesses: readonly Verifier[];
  published(): Published;
}

/** The public keys of witnesses, as the configuration has them. @throws Error for one that is none. */
export function witnessesOf(vkeys: readonly string[]): readonly Verifier[] {
  return vkeys.map((vkey) => {
    const parsed = parseVkey(vkey.trim());
    if (parsed === undefined || parsed.kind === "note")
      throw new Error("audit.witnesses: not the public key of a witness (type 0x04 or 0x06)");
    return parsed;
  });
}

/** The signatures of outside witnesses on this log's checkpoints. */
export class Witnesses {
  #parts: WitnessParts;

  constructor(parts: WitnessParts) {
    this.#parts = parts;
  }

  /**
   * Takes a checkpoint of this log that configured witnesses have signed. It need not be the newest: the tree grows while a witness
   * looks at it. Whoever brings it proves nothing by that; the signatures do.
   */
  async add(note: string): Promise<Result<{ readonly witnesses: readonly string[]; readonly size: number }>> {
    const { db, signer, witnesses, tree } = this.#parts;
    const opened = openNote(note, [signer, ...witnesses]);
    if (opened === "malformed") return failure("AUDIT_COSIGNATURE_REFUSED", "This is not a signed checkpoint.");
    if (opened === "bad-signature") return failure("AUDIT_COSIGNATURE_REFUSED", "A signature is not valid.");
    const signed = opened === "unsigned" ? [] : opened.signed.filter(({ by }) => by.kind !== "note");
    if (opened === "unsigned" || signed.length === 0)
      return failure("AUDIT_COSIGNATURE_REFUSED", "No configured witness has signed this.");
    const checkpoint = parseCheckpoint(opened.text);
    // A text with more lines than ours is not what this log has signed.
    if (checkpoint === undefined || checkpoint.origin !== signer.name || opened.text !== checkpointText(checkpoint))
      return failure("AUDIT_COSIGNATURE_REFUSED", "This is not a checkpoint of this log.");
    if (checkpoint.size > this.#parts.published().size || (await rootAt(tree, checkpoint.size)) !== checkpoint.root)
      return failure("AUDIT_COSIGNATURE_REFUSED", "This log has never had this checkpoint.");
    const tx = db.begin();
    // NOTE This makes no entry of the log: it would be a new checkpoint, which the witness would have to sign again.
    for (const one of signed) putCosignature(tx, rowOf(one, opened.text, checkpoint.size));
    await tx.commit();
    return ok({ witnesses: signed.map(({ by }) => by.name), size: checkpoint.size });
  }

  /** The newest checkpoint with the witnesses' signatures that it has. */
  async checkpoint(): Promise<string> {
    const { size, checkpoint } = this.#parts.published();
    return checkpoint + (await this.#linesFor(size)).join("");
  }

  /** The newest checkpoint that a witness has signed, signed by the log once more: that gives the same signature. */
  async witnessed(): Promise<string | undefined> {
    const [newest] = await this.#ours();
    if (newest === undefined) return undefined;
    return signNote(newest.body, this.#parts.signer) + (await this.#linesFor(newest.size)).join("");
  }

  /** The witnessed checkpoint when the tree that it speaks of holds an entry, else the newest. */
  async best(atLeast: number): Promise<{ readonly size: number; readonly checkpoint: string }> {
    const [newest] = await this.#ours();
    const witnessed = newest !== undefined && newest.size >= atLeast ? await this.witnessed() : undefined;
    if (newest !== undefined && witnessed !== undefined) return { size: newest.size, checkpoint: witnessed };
    return { size: this.#parts.published().size, checkpoint: await this.checkpoint() };
  }

  async #linesFor(size: number): Promise<readonly string[]> {
    return (await this.#ours()).filter((row) => row.size === size).map(({ line }) => `${line}\n`);
  }

  /** Signatures on checkpoints under the present key: those under an earlier one are of another log. */
  async #ours(): Promise<readonly { readonly size: number; readonly body: string; readonly line: string }[]> {
    const rows = await cosignatures(this.#parts.db);
    return rows.filter(({ body }) => body.startsWith(`${this.#parts.signer.name}\n`));
  }
}

function rowOf({ by, line, seconds }: Signed, body: string, size: number): Parameters<typeof putCosignature>[1] {
  return { key_name: by.name, key_id: by.id, size, body, line, at: seconds ?? 0 };
}
