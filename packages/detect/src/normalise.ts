/** A text in the form in which it is searched, and where each of its units came from. */
export interface Normalised {
  readonly text: string;
  /** The place in the original of each unit, and the original's length at the end. Undefined: nothing moved. */
  readonly origins: Uint32Array | undefined;
}

const BEYOND_ASCII = /[^\p{ASCII}]/u;
const INVISIBLE = /^\p{Default_Ignorable_Code_Point}$/u;
const DASH = /^\p{Dash_Punctuation}$/u;
const OPENING = /^\p{Open_Punctuation}$/u;
const CLOSING = /^\p{Close_Punctuation}$/u;

/** Letters of other scripts that look like Latin ones: a number typed with them is the same number. */
const LOOK_ALIKE: ReadonlyMap<string, string> = new Map(
  [
    ["АВСЕНІЈКМОРЅТХУЗ", "ABCEHIJKMOPSTXY3"],
    ["авсеніјкморѕтху", "aBceHijkMopsTxy"],
    ["ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"],
    ["ορνχι", "opvxi"],
  ].flatMap(([from = "", to = ""]) => [...from].map((letter, index) => [letter, [...to][index] ?? letter] as const)),
);

/**
 * Compatibility forms (full width, circled) made plain, invisible characters dropped, brackets and dashes made one kind, look-alike
 * letters made Latin. Tabs and line ends stay, for they part the cells of tables.
 */
export function normalise(original: string): Normalised {
  if (!BEYOND_ASCII.test(original)) return { text: original, origins: undefined };
  const parts: string[] = [];
  const origins: number[] = [];
  let at = 0;
  for (const character of original) {
    const plain = plainOf(character);
    parts.push(plain);
    for (let unit = 0; unit < plain.length; unit += 1) origins.push(at);
    at += character.length;
  }
  origins.push(original.length);
  return { text: parts.join(""), origins: Uint32Array.from(origins) };
}

function plainOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x80 || (code >= 0x4e00 && code <= 0x9fff)) return character;
  if (INVISIBLE.test(character)) return "";
  const known = LOOK_ALIKE.get(character);
  if (known !== undefined) return known;
  const plain = character.normalize("NFKC");
  if (DASH.test(plain) || plain === "\u2212") return "-";
  if (OPENING.test(plain)) return "(";
  if (CLOSING.test(plain)) return ")";
  return LOOK_ALIKE.get(plain) ?? plain;
}

/** A place in the normalised text as a place in the original. */
export function originOf(normalised: Normalised, place: number): number {
  return normalised.origins?.[place] ?? place;
}
