import { fault, type Fault } from "@causeway/base";
import { factsSpecOf } from "@causeway/contract";
import type { ReadDb } from "@causeway/platform";
import { blindOf } from "./blind.ts";
import type { Hash } from "./merkle/hash.ts";
import { checkpointText, parseCheckpoint, type Checkpoint } from "./note/checkpoint.ts";
import type { Verifier } from "./note/keys.ts";
import { openNote, parseNote } from "./note/note.ts";
import type { EntryRow } from "./store.ts";
import { cosignatures, type CosignatureRow } from "./store-cosignatures.ts";
import { allTreeRows, entryPages, keptTiles, pendingPages, valuePages } from "./store-verify.ts";
import { TreeCheck, type Compared } from "./tree-check.ts";

/** What a whole log is checked with. */
export interface LogCheck {
  /** The log's public keys: the present one, and those that signed it before. */
  readonly keys: readonly Verifier[];
  /** The public keys of witnesses. */
  readonly witnesses: readonly Verifier[];
  /** Checkpoints from elsewhere that the log must go on from. */
  readonly trusted: readonly Compared[];
}

/** What was found. */
export interface LogVerdict {
  readonly faults: readonly Fault[];
  /** The entries that are there. */
  readonly entries: number;
  /** The root that the entries make. */
  readonly root: Hash;
  /** The log's own checkpoint, when its signature is right. */
  readonly checkpoint: Checkpoint | undefined;
}

/** Faults that are listed: whoever has seen so many knows enough. */
const MOST_FAULTS = 1000;

/** The first faults, and how one is added. */
function faultList(): { readonly faults: Fault[]; readonly add: (found: Fault) => void } {
  const faults: Fault[] = [];
  return { faults, add: (found) => void (faults.length < MOST_FAULTS && faults.push(found)) };
}

/** Checks a whole log in its database: every entry, hash, index and signature that is kept. What is beside it, `verifyBeside` checks. */
export async function verifyLog(db: ReadDb, check: LogCheck): Promise<LogVerdict> {
  const { faults, add } = faultList();
  const { checkpoint, compared } = await checkpointsOf(db, check, add);
  const kept = await keptTiles(db);
  const tree = new TreeCheck(compared, (level, n, hashes) => {
    const name = `${level}/${n}`;
    if (kept.get(name)?.join("") !== hashes.join("")) add(fault("audit-tile", { level, n }));
    kept.delete(name);
  });
  for await (const rows of entryPages(db)) {
    for (const row of rows) {
      if (row.idx !== tree.size) {
        // The tree cannot be worked out beyond a gap.
        add(fault("audit-entry-missing", { index: tree.size, next: row.idx }));
        for (const found of tree.faults) add(found);
        return { faults, entries: tree.size, root: tree.root(), checkpoint };
      }
      if (!fits(row)) add(fault("audit-entry-differs", { index: row.idx, entry: row.id }));
      tree.add(row.leaf);
    }
  }
  tree.end();
  for (const name of kept.keys()) add(fault("audit-tile-beyond", { tile: name }));
  for (const found of tree.faults) add(found);
  return { faults, entries: tree.size, root: tree.root(), checkpoint };
}

async function checkpointsOf(
  db: ReadDb,
  { keys, trusted, witnesses }: LogCheck,
  add: (found: Fault) => void,
): Promise<{ readonly checkpoint: Checkpoint | undefined; readonly compared: readonly Compared[] }> {
  const [row, ...more] = await allTreeRows(db);
  if (row === undefined || more.length > 0 || row.id !== 1) add(fault("audit-tree-row", { rows: more.length }));
  const opened = openNote(row?.checkpoint ?? "", keys);
  const parsed = typeof opened === "string" ? undefined : parseCheckpoint(opened.text);
  // The same checkpoint has one text: more lines, or another size than the row's, are somebody else's.
  const checkpoint = parsed?.size === row?.size ? parsed : undefined;
  // A log that has not begun has no checkpoint; one that was made empty is found by those from elsewhere.
  const hasBegun = row === undefined || row.size > 0 || row.checkpoint !== "";
  if (checkpoint === undefined && hasBegun)
    add(fault("audit-checkpoint", { because: typeof opened === "string" ? opened : "malformed" }));
  const compared = [...trusted];
  if (checkpoint !== undefined) compared.push({ of: "own", checkpoint });
  for (const row of await cosignatures(db)) {
    const cosigned = cosignedBy(row, witnesses);
    if (cosigned === undefined) add(fault("audit-cosignature", { witness: row.key_name }));
    // One on a checkpoint under an earlier key speaks of a log that this one may have left in a restore.
    else if (cosigned.origin === keys[0]?.name) compared.push({ of: row.key_name, checkpoint: cosigned });
  }
  return { checkpoint, compared };
}

/** The checkpoint that a witness's signature is on, when the row fits together; the signature is checked where the witness is known. */
function cosignedBy(row: CosignatureRow, witnesses: readonly Verifier[]): Checkpoint | undefined {
  const { key_name: name, key_id: id, body, size, line, at } = row;
  const note = `${body}\n${line}\n`;
  const checkpoint = parseCheckpoint(body);
  const signature = parseNote(note)?.lines[0];
  const known = witnesses.some((witness) => witness.name === name && witness.id === id);
  if (checkpoint === undefined || checkpoint.size !== size || checkpointText(checkpoint) !== body) return undefined;
  if (signature === undefined || signature.name !== name || signature.id !== id) return undefined;
  if (Number(Buffer.from(signature.signature.subarray(0, 8)).readBigUInt64BE(0)) !== at) return undefined;
  return known && typeof openNote(note, witnesses) === "string" ? undefined : checkpoint;
}

/** How an entry ends that is about somebody. */
const BLIND_TAIL = /^,"on":"blind:[A-Za-z0-9_-]{43}","v":1\}$/;
const TAIL_LENGTH = 64;

/** Whether the columns by which entries are found say what the entry says. NOTE Compared as text: an entry has one form, and reading it would cost as much as hashing it. */
function fits({ id, act, at, thing, leaf }: Omit<EntryRow, "idx">): boolean {
  if (!leaf.startsWith(`{"act":"${act}","at":${at},"by":"`)) return false;
  return thing === null
    ? leaf.slice(0, -TAIL_LENGTH).endsWith(`,"id":"${id}"`) && BLIND_TAIL.test(leaf.slice(-TAIL_LENGTH))
    : leaf.endsWith(`,"id":"${id}","on":"${thing}","v":1}`);
}

/** Whether an entry has a hash at a place. NOTE In canonical JSON a name and its value stand in one form, and no text has a bare quotation mark in it. */
function isIn(leaf: string, field: string, blind: string): boolean {
  return leaf.includes(`"${field}":"${blind}"`);
}

/** What kind of value stands at a place of an entry. */
function kindOf(act: string, field: string, value: string): string {
  if (field === "by") return "user";
  if (field === "on") return value.startsWith("@") ? "user" : "text";
  return factsSpecOf(act)?.[field]?.replace("?", "") ?? "";
}

/** What is kept beside the log. */
export interface BesideVerdict {
  readonly faults: readonly Fault[];
  /** Entries that were recorded and have no place in the tree yet: nothing proves them. */
  readonly waiting: number;
  /** Salts with their values. */
  readonly values: number;
}

/** Checks what is beside the log: what waits for its place, and every salt and value. */
export async function verifyBeside(db: ReadDb): Promise<BesideVerdict> {
  const { faults, add } = faultList();
  let [waiting, values] = [0, 0];
  for await (const rows of pendingPages(db)) {
    waiting += rows.length;
    for (const row of rows) if (!fits(row)) add(fault("audit-waiting-differs", { entry: row.id }));
  }
  for await (const rows of valuePages(db)) {
    values += rows.length;
    for (const { entry, field, kind, salt, value, leaf, act } of rows) {
      if (leaf === null || act === null) add(fault("audit-value-without-entry", { entry, field }));
      else if (!isIn(leaf, field, blindOf(salt, value)) || kind !== kindOf(act, field, value))
        add(fault("audit-value-differs", { entry, field }));
    }
  }
  return { faults, waiting, values };
}
