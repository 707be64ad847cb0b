import { looksLikeAudioFrames, sniff } from "./sniff.ts";

/** What is served when nothing better is certain. */
export const OCTETS = "application/octet-stream";
/** The one text type that is served inline. */
export const PLAIN_TEXT = "text/plain; charset=utf-8";

/** Types that browsers show and never run. A file has one of them only if its content says so. */
const INLINE: ReadonlySet<string> = new Set([
  PLAIN_TEXT,
  "image/jpeg",
  "image/png",
  "image/gif",
  "image/webp",
  "image/avif",
  "video/mp4",
  "video/webm",
  "video/ogg",
  "video/quicktime",
  "audio/mp4",
  "audio/webm",
  "audio/ogg",
  "audio/mpeg",
  "audio/aac",
  "audio/wav",
  "audio/flac",
]);

/** Text types that are only text; everything else under `text/` may be run or styled by a browser. */
const HARMLESS_TEXT: ReadonlySet<string> = new Set([
  "text/plain",
  "text/csv",
  "text/markdown",
  "text/x-log",
  "text/tab-separated-values",
]);

/** Formats inside a zip or OLE file that keep their name. They are attachments in any case. */
const PACKAGED =
  /^application\/(?:vnd\.openxmlformats-officedocument\.[a-z.]+|vnd\.oasis\.opendocument\.[a-z-]+|vnd\.ms-(?:excel|powerpoint|word)[a-z0-9.-]*|msword|epub\+zip|x-zip-compressed|zip)$/;

/** What an unknown content may be called: never a page, a script, a document format that browsers open, or anything in XML. */
const ACTIVE = /xml|html|script|pdf|flash|java|wasm|xsl|mathml|svg|manifest|multipart|x-www-form|x-mixed/;
const TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/** Whether a stored type may be shown inside the browser. */
export function isInlineType(type: string): boolean {
  return INLINE.has(type);
}

/** What is known of a file when its last byte has arrived. */
export interface Evidence {
  readonly head: Uint8Array;
  /** What the whole file is by `TextProbe`. */
  readonly isPlainText: boolean;
  /** The uploader's `Content-Type`. */
  readonly claimed: string | undefined;
}

/** The type that a file is served with: by its content. A claim counts only where it cannot make a browser do more. */
export function servedType(evidence: Evidence): string {
  const claimed = essence(evidence.claimed);
  const found = sniff(evidence.head);
  if (found !== undefined) return refine(found, claimed);
  if (claimed.startsWith("audio/") && looksLikeAudioFrames(evidence.head) !== undefined) {
    return looksLikeAudioFrames(evidence.head) ?? OCTETS;
  }
  if (HARMLESS_TEXT.has(claimed)) return evidence.isPlainText ? PLAIN_TEXT : OCTETS;
  const mayKeep = claimed.startsWith("application/") && !ACTIVE.test(claimed);
  return mayKeep ? claimed : OCTETS;
}

function essence(claimed: string | undefined): string {
  const type = (claimed ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return TYPE.test(type) ? type : OCTETS;
}

/** A container's content decides between its kinds, but sound alone and moving pictures look the same from outside. */
function refine(found: string, claimed: string): string {
  const soundOf: Readonly<Record<string, string>> = {
    "video/webm": "audio/webm",
    "video/mp4": "audio/mp4",
    "audio/ogg": "video/ogg",
  };
  if (soundOf[found] === claimed) return claimed;
  if ((found === "application/zip" || found === "application/x-ole-storage") && PACKAGED.test(claimed)) return claimed;
  return found;
}
