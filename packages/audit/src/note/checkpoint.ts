import { base64OfHash, hashOfBase64 } from "../merkle/hash.ts";
import type { Tree } from "../merkle/tree.ts";
import { signNote } from "./note.ts";
import type { NoteSigner } from "./keys.ts";

/** What a log says of itself: its name, how many entries it has, and their root. */
export interface Checkpoint extends Tree {
  readonly origin: string;
}

/** The text of a checkpoint (C2SP tlog-checkpoint). */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${base64OfHash(root)}\n`;
}

/** Reads such a text, extension lines included; undefined when it is none. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin = "", size = "", base64 = "", ...more] = text.split("\n");
  const root = hashOfBase64(base64);
  // The last line's end leaves an empty one, and only that.
  if (more.at(-1) !== "" || more.slice(0, -1).includes("")) return undefined;
  if (origin === "" || !/^(0|[1-9][0-9]{0,15})$/.test(size) || root === undefined) return undefined;
  return Number.isSafeInteger(Number(size)) ? { origin, size: Number(size), root } : undefined;
}

/** A checkpoint, signed. The same one always has the same signature. */
export function signCheckpoint(tree: Tree, signer: NoteSigner): string {
  return signNote(checkpointText({ origin: signer.name, ...tree }), signer);
}
