import { detect, identifierKinds, mask, type IdentifierKind, type Report } from "@causeway/detect";

/** Why something should perhaps not be sent as it is. */
export interface Worry {
  /** Somebody is named by a number, or it is a list of people. */
  readonly level: "mention" | "bulk";
  /** Distinct values by kind, in the order of the kinds. */
  readonly counts: readonly (readonly [kind: IdentifierKind, count: number])[];
  /** The text with the values hidden; none when there is nothing that could be. */
  readonly masked?: string;
  /** Only the beginning was looked at: it is too long. */
  readonly isCut?: boolean;
}

/** What worries about a text; `before` is what it was, when it is changed: what was said already is not asked about again. */
export function worryAbout(text: string, before = ""): Worry | undefined {
  const report = detect(text);
  if (report.level === "none") return undefined;
  if (before !== "" && isKnown(report, detect(before))) return undefined;
  return {
    level: report.level,
    counts: countsOf(report),
    ...(report.findings.length > 0 ? { masked: mask(text, report.findings) } : {}),
    ...(report.isCut ? { isCut: true } : {}),
  };
}

/** Several worries as one: a list anywhere is a list, and several mentions stay mentions. */
export function together(worries: readonly Worry[]): Worry | undefined {
  if (worries.length === 0) return undefined;
  const counts = new Map<IdentifierKind, number>();
  for (const [kind, count] of worries.flatMap((worry) => worry.counts)) {
    counts.set(kind, (counts.get(kind) ?? 0) + count);
  }
  return { level: worries.some(({ level }) => level === "bulk") ? "bulk" : "mention", counts: [...counts] };
}

function isKnown(report: Report, before: Report): boolean {
  if (report.level === "bulk" && before.level !== "bulk") return false;
  const said = new Set(before.findings.map(({ kind, value }) => `${kind} ${value}`));
  return report.findings.every(({ kind, value }) => said.has(`${kind} ${value}`));
}

function countsOf({ counts }: Report): Worry["counts"] {
  return identifierKinds.flatMap((kind) => {
    const count = counts[kind];
    return count === undefined ? [] : [[kind, count] as const];
  });
}
