import type { RequestView } from "@causeway/contract";
import { cellsOf, type FileStyle } from "./register-cells.ts";
import { registerColumns, registerTexts } from "./register-texts.ts";

/** The register as a CSV file (RFC 4180) with the mark that has spreadsheets read it as UTF-8. */
export function registerCsvOf(rows: readonly RequestView[], style: FileStyle): string {
  const texts = registerTexts[style.language];
  const lines = [registerColumns.map((column) => texts.columns[column])];
  for (const row of rows) {
    const cells = cellsOf(row, style);
    lines.push(registerColumns.map((column) => cells[column]));
  }
  return `\uFEFF${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** NOTE A spreadsheet runs a cell that begins like a formula: people write these texts, so such a cell is made a text. */
function cell(text: string): string {
  const safe = /^[\s]*[=+\-@\t\r＝＋－＠]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
