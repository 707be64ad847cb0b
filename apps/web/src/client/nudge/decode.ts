/** A text file's text. `isPlain`: it is UTF-8, and what is changed in it can be written back. */
export function decodeText(bytes: ArrayBuffer): { readonly text: string; readonly isPlain: boolean } {
  const [first, second] = new Uint8Array(bytes.slice(0, 2));
  if (first === 0xff && second === 0xfe) return { text: new TextDecoder("utf-16le").decode(bytes), isPlain: false };
  if (first === 0xfe && second === 0xff) return { text: new TextDecoder("utf-16be").decode(bytes), isPlain: false };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), isPlain: true };
  } catch {
    // Spreadsheets of this place write Big5; digits and Latin letters are read whatever it is.
    return { text: new TextDecoder("big5").decode(bytes), isPlain: false };
  }
}
