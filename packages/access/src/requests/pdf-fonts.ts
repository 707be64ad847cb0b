import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";

const decompress = promisify(brotliDecompress);
const FILES = ["NotoSansHK.ttf.br", "NotoSansSC-rest.ttf.br"] as const;

let fonts: Promise<readonly Buffer[]> | undefined;

/** The fonts of files with Chinese in them, in the order in which a character is looked for; read when they are first needed. */
export function pdfFonts(): Promise<readonly Buffer[]> {
  fonts ??= Promise.all(FILES.map((name) => decompress(readFileSync(new URL(`../../fonts/${name}`, import.meta.url)))));
  return fonts;
}
