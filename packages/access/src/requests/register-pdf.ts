import type { Instant } from "@causeway/base";
import type { RequestView } from "@causeway/contract";
import PDFDocument from "pdfkit";
import { pdfFonts } from "./pdf-fonts.ts";
import { cellsOf, localTime, type FileStyle } from "./register-cells.ts";
import { registerTexts, type RegisterColumn } from "./register-texts.ts";

/** The columns that stand beside each other; the rest of a row stands below it, in words. */
const TABLE: readonly { readonly column: RegisterColumn; readonly width: number }[] = [
  { column: "asked", width: 72 },
  { column: "state", width: 62 },
  { column: "person", width: 108 },
  { column: "post", width: 66 },
  { column: "department", width: 50 },
  { column: "what", width: 112 },
  { column: "label", width: 66 },
  { column: "until", width: 72 },
  { column: "decidedBy", width: 108 },
  { column: "ended", width: 72 },
];
const BELOW: readonly RegisterColumn[] = [
  "need",
  "level",
  "scope",
  "upload",
  "outcome",
  "decidedAt",
  "reason",
  "begins",
  "ends",
  "cause",
  "request",
  "grant",
];
const MARGIN = 27;
const SIZE = 7;
const LINE = 9.5;
const MAX_LINES = 12;
/** So many rows are written before others get their turn. */
const ROWS_AT_ONCE = 100;

type Doc = InstanceType<typeof PDFDocument>;

/** The register as a PDF file, with its fonts embedded: it reads the same on a machine that has no Chinese ones. */
export async function registerPdfOf(
  rows: readonly RequestView[],
  style: FileStyle & { readonly now: Instant },
): Promise<Buffer> {
  const texts = registerTexts[style.language];
  const doc = new PDFDocument({
    ...{
      size: "A4",
      layout: "landscape",
      margin: MARGIN,
      bufferPages: false,
      autoFirstPage: false,
      lang: style.language,
    },
    info: { Title: texts.title, Creator: "Causeway", CreationDate: new Date(style.now) },
  });
  const chunks: Buffer[] = [];
  doc.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => doc.once("end", resolve));
  const pen = new Pen(doc, await pdfFonts());
  const page = new Pages(doc, pen, {
    title: texts.title,
    made: `${texts.made} ${localTime(style.now, style.utcOffsetMinutes)} · ${texts.rows} ${rows.length}`,
    page: texts.page,
    heads: TABLE.map(({ column, width }) => ({ text: texts.columns[column], width })),
  });
  page.begin();
  for (const [place, row] of rows.entries()) {
    if (place % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve));
    const cells = cellsOf(row, style);
    const below = BELOW.filter((column) => cells[column] !== "")
      .map((column) => `${texts.columns[column]}: ${cells[column]}`)
      .join(" · ");
    page.row(
      TABLE.map(({ column, width }) => pen.lines(cells[column], width - 4)),
      pen.lines(below, page.width - 12),
    );
  }
  doc.end();
  await ended;
  return Buffer.concat(chunks);
}

/** Writes text in whichever of the fonts has the character. */
class Pen {
  #doc: Doc;
  #names: readonly string[];
  #has: readonly ((code: number) => boolean)[];
  #known = new Map<number, number>();
  #widths = new Map<string, number>();

  constructor(doc: Doc, fonts: readonly Buffer[]) {
    this.#doc = doc;
    this.#names = fonts.map((_, place) => `font-${place}`);
    for (const [place, font] of fonts.entries()) doc.registerFont(`font-${place}`, font);
    this.#has = this.#names.map((name) => {
      doc.font(name);
      return glyphsOf(doc);
    });
  }

  #fontOf(char: string): number {
    const code = char.codePointAt(0) ?? 0;
    let place = this.#known.get(code);
    if (place === undefined) {
      place = Math.max(
        0,
        this.#has.findIndex((has) => has(code)),
      );
      this.#known.set(code, place);
    }
    return place;
  }

  #widthOf(char: string): number {
    let width = this.#widths.get(char);
    if (width === undefined) {
      this.#doc.font(this.#names[this.#fontOf(char)] ?? "", SIZE);
      width = this.#doc.widthOfString(char);
      this.#widths.set(char, width);
    }
    return width;
  }

  /** Breaks a text into lines: between words where there are any, else between characters. */
  lines(text: string, width: number): readonly string[] {
    const lines: string[] = [];
    let line = "";
    let used = 0;
    for (const char of text.replaceAll(/\s+/gu, " ").trim()) {
      const wide = this.#widthOf(char);
      if (used + wide > width && line !== "") {
        const space = line.lastIndexOf(" ");
        const isWord = /[\x21-\x7e]$/.test(line) && /[\x21-\x7e]/.test(char) && space > line.length / 2;
        const rest = isWord ? line.slice(space + 1) : "";
        lines.push(isWord ? line.slice(0, space) : line);
        line = rest;
        used = [...rest].reduce((sum, one) => sum + this.#widthOf(one), 0);
      }
      line += char;
      used += wide;
    }
    if (line !== "") lines.push(line);
    return lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES - 1), "…"] : lines;
  }

  /** Writes one line. */
  write(text: string, x: number, y: number): void {
    let at = x;
    let run = "";
    let font = 0;
    const flush = (): void => {
      if (run === "") return;
      this.#doc.font(this.#names[font] ?? "", SIZE).text(run, at, y, { lineBreak: false });
      at += [...run].reduce((sum, one) => sum + this.#widthOf(one), 0);
      run = "";
    };
    for (const char of text) {
      const next = this.#fontOf(char);
      if (next !== font) flush();
      font = next;
      run += char;
    }
    flush();
  }
}

/** Whether the font that is chosen has a character. */
function glyphsOf(doc: Doc): (code: number) => boolean {
  const chosen: unknown = Reflect.get(doc, "_font");
  const font: unknown = typeof chosen === "object" && chosen !== null ? Reflect.get(chosen, "font") : undefined;
  if (typeof font !== "object" || font === null || !("hasGlyphForCodePoint" in font)) return () => true;
  const has = font.hasGlyphForCodePoint;
  return typeof has === "function" ? (code) => has.call(font, code) === true : () => true;
}

interface PageTexts {
  readonly title: string;
  readonly made: string;
  readonly page: string;
  readonly heads: readonly { readonly text: string; readonly width: number }[];
}

/** Rows on pages with a head on each. */
class Pages {
  readonly width = TABLE.reduce((sum, { width }) => sum + width, 0);
  #doc: Doc;
  #pen: Pen;
  #texts: PageTexts;
  #y = 0;
  #page = 0;

  constructor(doc: Doc, pen: Pen, texts: PageTexts) {
    this.#doc = doc;
    this.#pen = pen;
    this.#texts = texts;
  }

  begin(): void {
    this.#doc.addPage();
    this.#page += 1;
    const { title, made, page, heads } = this.#texts;
    this.#pen.write(`${title} · ${made} · ${page} ${this.#page}`, MARGIN, MARGIN);
    this.#y = MARGIN + 2 * LINE;
    let x = MARGIN;
    for (const { text, width } of heads) {
      this.#pen.write(text, x, this.#y);
      x += width;
    }
    this.#y += LINE + 2;
    this.#rule();
  }

  #rule(): void {
    this.#doc
      .moveTo(MARGIN, this.#y)
      .lineTo(MARGIN + this.width, this.#y)
      .lineWidth(0.3)
      .stroke();
    this.#y += 3;
  }

  row(cells: readonly (readonly string[])[], below: readonly string[]): void {
    const high = Math.max(1, ...cells.map((lines) => lines.length));
    const height = (high + below.length) * LINE + 5;
    if (this.#y + height > this.#doc.page.height - MARGIN) this.begin();
    let x = MARGIN;
    for (const [place, lines] of cells.entries()) {
      for (const [line, text] of lines.entries()) this.#pen.write(text, x, this.#y + line * LINE);
      x += TABLE[place]?.width ?? 0;
    }
    this.#y += high * LINE;
    for (const text of below) {
      this.#pen.write(text, MARGIN + 12, this.#y);
      this.#y += LINE;
    }
    this.#y += 2;
    this.#rule();
  }
}
