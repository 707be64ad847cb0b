import { statement, type Tx } from "@causeway/platform";
import type { Leaf } from "./leaf.ts";

const addPending = statement("INSERT INTO audit_pending (id, act, at, thing, leaf) VALUES (?, ?, ?, ?, ?)");
const addBlinded = statement("INSERT INTO audit_blinded (entry, field, kind, salt, value) VALUES (?, ?, ?, ?, ?)");

/** Collects an entry, and what is kept beside the log of it. */
export function addEntry(tx: Pick<Tx, "add">, leaf: Leaf): void {
  tx.add(addPending(leaf.id, leaf.act, leaf.at, leaf.thing ?? null, leaf.text));
  for (const { field, kind, salt, value } of leaf.blinded) tx.add(addBlinded(leaf.id, field, kind, salt, value));
}
