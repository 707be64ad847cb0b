import type { Finding, IdentifierKind } from "./finding.ts";

/** How many letters and digits stay readable, at the beginning and at the end. */
const KEPT: Readonly<Record<IdentifierKind, readonly [first: number, last: number]>> = {
  hkid: [4, 0],
  "mainland-id": [4, 0],
  "payment-card": [0, 4],
  "home-return-permit": [3, 0],
  passport: [3, 0],
  "bank-account": [0, 3],
  phone: [4, 0],
  "birth-date": [0, 0],
  email: [1, 0],
  address: [0, 0],
};

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

/** The text with each finding's letters and digits hidden but for a few by which their owner knows them. Everything else stays as it is. */
export function mask(text: string, findings: readonly Pick<Finding, "kind" | "start" | "end">[]): string {
  let out = "";
  let at = 0;
  for (const { kind, start, end } of findings.toSorted((left, right) => left.start - right.start)) {
    if (start < at) continue;
    out += text.slice(at, start) + hidden(text.slice(start, end), kind);
    at = end;
  }
  return out + text.slice(at);
}

function hidden(written: string, kind: IdentifierKind): string {
  const [first, last] = KEPT[kind];
  const characters = [...written].filter((character) => !INVISIBLE.test(character));
  // The domain of a mail address says where somebody works, not who it is.
  const limit = kind === "email" ? written.indexOf("@") : Number.POSITIVE_INFINITY;
  const total = characters.filter((character) => LETTER_OR_DIGIT.test(character)).length;
  let seen = 0;
  let place = 0;
  return characters
    .map((character) => {
      place += character.length;
      if (!LETTER_OR_DIGIT.test(character) || place > limit) return character;
      seen += 1;
      return seen <= first || seen > total - last ? character : "*";
    })
    .join("");
}
