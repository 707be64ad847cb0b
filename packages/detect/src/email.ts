import type { Candidate } from "./finding.ts";

const LOCAL = /[A-Za-z0-9._%+-]{1,64}$/;
const DOMAIN = /^(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-])/;

/** Finds mail addresses, from each `@` outwards. Alone they are how people write to each other; many of them are a list. */
export function findEmails(text: string): readonly Candidate[] {
  const found: Candidate[] = [];
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const local = LOCAL.exec(text.slice(Math.max(0, at - 64), at))?.[0];
    const domain = DOMAIN.exec(text.slice(at + 1, at + 256))?.[0];
    if (local === undefined || domain === undefined) continue;
    const place = { start: at - local.length, end: at + 1 + domain.length };
    found.push({ kind: "email", ...place, value: `${local}@${domain}`.toLowerCase(), score: 0.3, isChecked: false });
  }
  return found;
}
