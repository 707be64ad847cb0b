import { makeFoldTable } from "./fold-table.ts";

const simplified = makeFoldTable();
const HAN = /[\p{Script=Han}]/gu;
// NOTE Only the accents of Latin, Greek and Cyrillic letters go; marks that spell other scripts (kana, Thai, Devanagari) carry meaning.
const ACCENTS = /[\u0300-\u036F]/g;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const BEYOND_ASCII = /[^\p{ASCII}]/u;

/**
 * Text in the form in which it is searched: compatibility forms (full width, ligatures) made plain, cases folded, accents of
 * Latin, Greek and Cyrillic letters removed, traditional Chinese characters mapped to simplified ones, invisible characters dropped.
 * What folds alike is found alike; folding twice changes nothing. Only for comparing, never for showing.
 */
export function fold(text: string): string {
  if (!BEYOND_ASCII.test(text)) return text.toLowerCase();
  return foldCase(plain(text).normalize("NFD").replace(ACCENTS, "").normalize("NFKC")).replace(
    HAN,
    (character) => simplified.get(character) ?? character,
  );
}

function plain(text: string): string {
  return foldCase(text.normalize("NFKC").replace(INVISIBLE, ""));
}

/** Upper case first, so that ß meets SS; then every sigma is the same. */
function foldCase(text: string): string {
  return text.toUpperCase().toLowerCase().replaceAll("ς", "σ");
}
