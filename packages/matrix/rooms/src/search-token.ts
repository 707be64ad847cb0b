/** Where a search goes on (the `next_batch` of `POST /search`). */
export interface SearchToken {
  /** After the event at this position: older ones, or in the order of rank those after its rank and position. */
  readonly pos: number;
  /** In the order of rank: the events from `bottom` to `top` are ranked together. */
  readonly ranked: { readonly rank: number; readonly top: number; readonly bottom: number } | undefined;
  /** How many results there were said to be. */
  readonly count: number;
  /** Only this room or sender. */
  readonly group: { readonly key: "room_id" | "sender"; readonly value: string } | undefined;
}

/** Writes a token. */
export function searchToken(token: SearchToken): string {
  const { pos, ranked, count, group } = token;
  const parts = [
    pos,
    count,
    ranked?.rank ?? null,
    ranked?.top ?? null,
    ranked?.bottom ?? null,
    group?.key ?? null,
    group?.value ?? null,
  ];
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

function isPosition(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** Reads a token, or returns undefined. */
export function parseSearchToken(text: string): SearchToken | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, "base64url").toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 7) return undefined;
  const [pos, count, rank, top, bottom, key, value]: readonly unknown[] = parts;
  if (!isPosition(pos) || !isPosition(count)) return undefined;
  const hasRank = typeof rank === "number" && isPosition(top) && isPosition(bottom);
  if (!hasRank && (rank !== null || top !== null || bottom !== null)) return undefined;
  const hasGroup = (key === "room_id" || key === "sender") && typeof value === "string";
  if (!hasGroup && (key !== null || value !== null)) return undefined;
  return {
    pos,
    count,
    ranked: hasRank ? { rank, top, bottom } : undefined,
    group: hasGroup ? { key, value } : undefined,
  };
}
