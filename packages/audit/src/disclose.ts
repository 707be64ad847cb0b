import type { ReadDb } from "@causeway/platform";
import type { Disclosed } from "./proof-file.ts";
import { blindedOf } from "./store.ts";

/** The most entries that one question names. */
const AT_A_TIME = 500;

/** The values behind the salted hashes of entries, by the entry's id and the place in it. Those that were erased are not there. */
export async function disclosedBy(
  db: ReadDb,
  entries: readonly { readonly id: string }[],
): Promise<ReadonlyMap<string, Readonly<Record<string, Disclosed>>>> {
  const found = new Map<string, Record<string, Disclosed>>();
  for (let at = 0; at < entries.length; at += AT_A_TIME) {
    const ids = entries.slice(at, at + AT_A_TIME).map(({ id }) => id);
    for (const { entry, field, kind, salt, value } of await blindedOf(db, ids)) {
      const fields = found.get(entry) ?? {};
      fields[field] = { kind, salt: Buffer.from(salt).toString("base64url"), value };
      found.set(entry, fields);
    }
  }
  return found;
}
