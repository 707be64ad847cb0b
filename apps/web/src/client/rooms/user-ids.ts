import { parseUserId } from "@causeway/base";

/** Usernames as people write them, made into user ids of this server; those that are none are named. */
export function parseUserIds(
  text: string,
  server: string,
): { readonly ok: true; readonly ids: readonly string[] } | { readonly ok: false; readonly wrong: string } {
  const ids: string[] = [];
  for (const word of text.split(/[\s,;，、；]+/).filter((part) => part !== "")) {
    const id = word.startsWith("@") && word.includes(":") ? word : `@${word.replace(/^@/, "").toLowerCase()}:${server}`;
    if (parseUserId(id) === undefined) return { ok: false, wrong: word };
    ids.push(id);
  }
  return { ok: true, ids: [...new Set(ids)] };
}
