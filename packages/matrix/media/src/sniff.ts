/** Bytes at the start of a file that are enough for `sniff`. */
export const HEAD_BYTES = 4096;

interface Magic {
  readonly type: string;
  readonly at: number;
  readonly bytes: readonly number[];
}

function magic(type: string, bytes: string | readonly number[], at = 0): Magic {
  return { type, at, bytes: typeof bytes === "string" ? Array.from(bytes, (char) => char.charCodeAt(0)) : bytes };
}

const MAGICS: readonly Magic[] = [
  magic("image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  magic("image/jpeg", [0xff, 0xd8, 0xff]),
  magic("image/gif", "GIF87a"),
  magic("image/gif", "GIF89a"),
  magic("image/tiff", [0x49, 0x49, 0x2a, 0x00]),
  magic("image/tiff", [0x4d, 0x4d, 0x00, 0x2a]),
  magic("audio/mpeg", "ID3"),
  magic("audio/flac", "fLaC"),
  magic("audio/midi", [0x4d, 0x54, 0x68, 0x64, 0, 0, 0, 6]),
  magic("application/pdf", "%PDF-"),
  magic("application/zip", [0x50, 0x4b, 0x03, 0x04]),
  magic("application/zip", [0x50, 0x4b, 0x05, 0x06]),
  magic("application/gzip", [0x1f, 0x8b, 0x08]),
  magic("application/x-7z-compressed", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]),
  magic("application/vnd.rar", [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07]),
  magic("application/x-xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
  magic("application/zstd", [0x28, 0xb5, 0x2f, 0xfd]),
  magic("application/x-ole-storage", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
];

const BRANDS: Readonly<Record<string, string>> = {
  avif: "image/avif",
  avis: "image/avif",
  heic: "image/heic",
  heix: "image/heic",
  hevc: "image/heic",
  mif1: "image/heif",
  "M4A ": "audio/mp4",
  "M4B ": "audio/mp4",
  "qt  ": "video/quicktime",
  isom: "video/mp4",
  iso2: "video/mp4",
  iso4: "video/mp4",
  iso5: "video/mp4",
  iso6: "video/mp4",
  mp41: "video/mp4",
  mp42: "video/mp4",
  avc1: "video/mp4",
  dash: "video/mp4",
  "M4V ": "video/mp4",
  MSNV: "video/mp4",
  "3gp4": "video/mp4",
  "3gp5": "video/mp4",
  "3gp6": "video/mp4",
};

function textAt(head: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...head.subarray(start, end));
}

/** ISO base media files (`ftyp` box): the major brand decides; an AVIF may hide among the compatible brands of `mif1`. */
function sniffIsoMedia(head: Uint8Array): string | undefined {
  if (textAt(head, 4, 8) !== "ftyp") return undefined;
  const size = Math.min(new DataView(head.buffer, head.byteOffset).getUint32(0), 256, head.length);
  const major = BRANDS[textAt(head, 8, 12)];
  if (major !== "image/heif") return major;
  for (let at = 16; at + 4 <= size; at += 4) {
    if (BRANDS[textAt(head, at, at + 4)] === "image/avif") return "image/avif";
  }
  return major;
}

function sniffRiff(head: Uint8Array): string | undefined {
  if (textAt(head, 0, 4) !== "RIFF") return undefined;
  const form = textAt(head, 8, 12);
  return form === "WEBP"
    ? "image/webp"
    : form === "WAVE"
      ? "audio/wav"
      : form === "AVI "
        ? "video/x-msvideo"
        : undefined;
}

function sniffContainer(head: Uint8Array): string | undefined {
  if (head.length < 12) return undefined;
  if (textAt(head, 0, 5) === "OggS\0") return textAt(head, 28, 64).includes("theora") ? "video/ogg" : "audio/ogg";
  if (textAt(head, 0, 4) === "\x1a\x45\xdf\xa3") {
    const start = textAt(head, 4, 64);
    return start.includes("webm") ? "video/webm" : start.includes("matroska") ? "video/x-matroska" : undefined;
  }
  return sniffRiff(head) ?? sniffIsoMedia(head);
}

/** What a file is by its first bytes, or undefined. Never a type that a browser would run, and never text: that needs the whole file. */
export function sniff(head: Uint8Array): string | undefined {
  const known = MAGICS.find((one) => one.bytes.every((byte, index) => head[one.at + index] === byte));
  return known?.type ?? sniffContainer(head);
}

/** MPEG audio and AAC without a tag: two bytes would match one random file in 2,000, so this only confirms what was claimed. */
export function looksLikeAudioFrames(head: Uint8Array): "audio/mpeg" | "audio/aac" | undefined {
  const [first, second, third] = [head[0] ?? 0, head[1] ?? 0, head[2] ?? 0];
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  if ((second & 0xf6) === 0xf0) return "audio/aac";
  const layerIsGood = (second & 0x06) !== 0 && (second & 0x18) !== 0x08;
  return layerIsGood && (third & 0xf0) !== 0xf0 && (third & 0x0c) !== 0x0c ? "audio/mpeg" : undefined;
}

/** The tags that make a browser treat text as a page, a drawing or a program (WHATWG MIME sniffing, "Identifying a resource with an unknown MIME type", and more). */
const MARKUP =
  /<(?:!doctype|!--|\?xml|\?php|html|head|body|script|svg|math|iframe|object|embed|style|link|meta|base|img|video|audio|form|table|div|span|title|xsl|h1|font|frameset|br|a\s|p\s|p>|b>)/i;

/** Whether text contains markup that some browser might render. */
export function hasMarkup(text: string): boolean {
  return MARKUP.test(text);
}
