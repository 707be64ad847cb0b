import { isHkid } from "./hkid.ts";
import { isMainlandId } from "./mainland-id.ts";

/** A cell of a column of identity numbers. */
export interface Cell {
  readonly start: number;
  readonly end: number;
}

const LEAST_CELLS = 4;
const MAX_COLUMNS = 200;
const MAX_LINES = 20_000;

/** The cells of columns of which more than half are valid identity numbers; a text without rows has none. */
export function identityCells(text: string): readonly Cell[] {
  const separator = ["\t", "|", ";", ","].find((candidate) => text.includes(candidate));
  const columns = new Map<number, { readonly valid: Cell[]; filled: number }>();
  let at = 0;
  for (const line of text.split("\n").slice(0, MAX_LINES)) {
    let place = at;
    for (const [column, cell] of (separator === undefined ? [line] : line.split(separator))
      .slice(0, MAX_COLUMNS)
      .entries()) {
      const inside = cell.trim().replace(/^"(.*)"$/, "$1");
      if (inside !== "") {
        const known = columns.get(column) ?? { valid: [], filled: 0 };
        known.filled += 1;
        const start = place + cell.indexOf(inside);
        if (isHkid(inside) || isMainlandId(inside)) known.valid.push({ start, end: start + inside.length });
        columns.set(column, known);
      }
      place += cell.length + 1;
    }
    at += line.length + 1;
  }
  return [...columns.values()].flatMap(({ valid, filled }) =>
    valid.length >= LEAST_CELLS - 1 && filled >= LEAST_CELLS && valid.length * 2 > filled ? valid : [],
  );
}
