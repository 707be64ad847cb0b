import type { Candidate } from "./finding.ts";

interface Part {
  readonly rank: number;
  readonly start: number;
  readonly end: number;
}

/** The parts of an English address, from the smallest to the largest. */
const ENGLISH: readonly RegExp[] = [
  /\b(?:flat|room|rm\.?|unit|suite|shop)s? ?[A-Z0-9][A-Z0-9-]{0,5}\b/gi,
  /\b(?:[0-9]{1,3}\/F\b|(?:[0-9]{1,3}(?:st|nd|rd|th)|ground|[0-9]{1,3}) floor\b|floor [0-9]{1,3}\b|G\/F\b)/gi,
  /\b(?:block|tower|phase) ?[A-Z0-9]{1,3}\b/gi,
  /\b[A-Z][A-Za-z' ]{1,30} (?:building|house|court|mansion|centre|center|estate|garden|gardens|plaza|tower|towers|heights|villa)\b/gi,
  /\b[0-9]{1,4}[A-Z]?(?:-[0-9]{1,4})? [A-Z][A-Za-z' ]{1,30} (?:street|road|avenue|lane|path|drive|terrace|st\.|rd\.)/gi,
  /\b(?:central|wan chai|causeway bay|north point|quarry bay|chai wan|aberdeen|mong kok|tsim sha tsui|yau ma tei|sham shui po|kwun tong|wong tai sin|kowloon bay|tseung kwan o|sha tin|shatin|tai po|fanling|sheung shui|yuen long|tuen mun|tsuen wan|kwai chung|tsing yi|sai kung|tung chung)\b/gi,
  /\b(?:hong kong|kowloon|new territories|hk|kln|nt|h\.k\.|n\.t\.)(?![A-Za-z])/gi,
];

/** The parts of a Chinese address, from the largest to the smallest; of a name only the word that says what it is. */
const CHINESE: readonly RegExp[] = [
  /香港|九龍|九龙|新界/g,
  /(?<=[\u4e00-\u9fff])(?:區|区)/g,
  /(?<=[\u4e00-\u9fff])(?<![知報报難难頻频渠味])(?:道|街|路|徑|径)/g,
  /(?<=(?:道|街|路|徑|径) ?)[0-9一二三四五六七八九十百]{1,6}[A-Za-z]?(?:-[0-9]{1,4})?(?:號|号)/g,
  /(?<=[\u4e00-\u9fff])(?:邨|苑|大廈|大厦|花園|花园|中心|廣場|广场|閣|阁)/g,
  /[0-9A-Za-z一二三四五六七八九十]{1,4}座/g,
  /[0-9一二三四五六七八九十]{1,4}(?:樓|楼|字樓)/g,
  /[0-9A-Za-z一二三四五六七八九十]{1,5}(?:室|號室|号室)/g,
];
const NAME_BEFORE = /[\u4e00-\u9fff]{1,8}$/;

/** How far apart neighbouring parts may stand, in UTF-16 units. */
const GAP = { english: 24, chinese: 12 };
const NEEDED = 3;

/** Finds postal addresses: three or more of their parts one after the other in their order. */
export function findAddresses(text: string): readonly Candidate[] {
  return [
    ...ordered(text, ENGLISH, GAP.english),
    ...ordered(text, CHINESE, GAP.chinese).map((one) => named(text, one)),
  ];
}

/** With the name that stands before its first part: 彌敦 before 道. */
function named(text: string, one: Candidate): Candidate {
  const name = NAME_BEFORE.exec(text.slice(Math.max(0, one.start - 8), one.start))?.[0] ?? "";
  return { ...one, start: one.start - name.length };
}

function ordered(text: string, patterns: readonly RegExp[], gap: number): readonly Candidate[] {
  const parts: Part[] = patterns.flatMap((pattern, rank) =>
    [...text.matchAll(pattern)].map((match) => ({ rank, start: match.index, end: match.index + match[0].length })),
  );
  parts.sort((left, right) => left.start - right.start || left.rank - right.rank);
  const found: Candidate[] = [];
  let run: Part[] = [];
  const close = (): void => {
    const [first] = run;
    const last = run.at(-1);
    if (first !== undefined && last !== undefined && run.length >= NEEDED) {
      const value = text.slice(first.start, last.end).replace(/\s+/g, " ").toLowerCase();
      const score = Math.min(1, 0.75 + 0.05 * (run.length - NEEDED));
      found.push({ kind: "address", start: first.start, end: last.end, value, score, isChecked: false });
    }
    run = [];
  };
  for (const part of parts) {
    const last = run.at(-1);
    if (last !== undefined && part.start < last.end) continue;
    if (last !== undefined && (part.rank <= last.rank || part.start - last.end > gap)) close();
    run.push(part);
  }
  close();
  return found;
}
