const MINUTE_MS = 60_000;

/** The quarter that a time is in, by the months with which quarters begin: `2026-Q4`; it belongs to the year in which it begins. Pure. */
export function quarterOf(
  at: number,
  of: { readonly months: readonly number[]; readonly utcOffsetMinutes: number },
): string {
  const local = new Date(at + of.utcOffsetMinutes * MINUTE_MS);
  const month = local.getUTCMonth() + 1;
  const months = [...new Set(of.months)].toSorted((left, right) => left - right);
  const place = months.findLastIndex((begins) => begins <= month);
  const year = place < 0 ? local.getUTCFullYear() - 1 : local.getUTCFullYear();
  return `${year}-Q${(place < 0 ? months.length - 1 : place) + 1}`;
}
