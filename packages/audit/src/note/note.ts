import type { NoteSigner, Verifier } from "./keys.ts";
import { isKeyName } from "./keys.ts";

/** The most signatures and bytes of a note that is looked at. */
const MAX_SIGNATURES = 100;
const MAX_NOTE_BYTES = 1_000_000;

/** A signature on a note that verifies. */
export interface Signed {
  readonly by: Verifier;
  /** The line as it stands in the note, without its end. */
  readonly line: string;
  /** When a witness says that it saw the checkpoint, in seconds; undefined for other signatures. */
  readonly seconds: number | undefined;
}

/** A note without its signatures being checked: its text with the last line's end, and the lines of its signatures. */
export interface RawNote {
  readonly text: string;
  readonly lines: readonly SignatureLine[];
}

interface SignatureLine {
  readonly line: string;
  readonly name: string;
  /** Eight hexadecimal digits. */
  readonly id: string;
  readonly signature: Uint8Array;
}

/** Takes a note apart (C2SP signed-note, "Format"); undefined when it is none. */
export function parseNote(note: string): RawNote | undefined {
  if (note.length > MAX_NOTE_BYTES || !note.isWellFormed() || hasControls(note)) return undefined;
  const split = note.lastIndexOf("\n\n");
  if (split <= 0 || !note.endsWith("\n")) return undefined;
  const lines = note.slice(split + 2, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) return undefined;
  const parsed = lines.map(parseLine);
  const whole = parsed.filter((line) => line !== undefined);
  return whole.length === parsed.length ? { text: note.slice(0, split + 1), lines: whole } : undefined;
}

/** Control characters of ASCII other than the end of a line. */
function hasControls(note: string): boolean {
  for (let at = 0; at < note.length; at += 1) {
    const unit = note.charCodeAt(at);
    if (unit < 0x20 && unit !== 0x0a) return true;
  }
  return false;
}

function parseLine(line: string): SignatureLine | undefined {
  const [, name = "", base64 = ""] = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
  const bytes = Buffer.from(base64, "base64");
  if (!isKeyName(name) || bytes.toString("base64") !== base64 || bytes.length < 5) return undefined;
  return { line, name, id: bytes.subarray(0, 4).toString("hex"), signature: bytes.subarray(4) };
}

/** Why a note is not believed. */
export type NoteFault = "malformed" | "bad-signature" | "unsigned";

/**
 * Reads a note that one of some keys has signed. A signature of a known key that does not verify condemns the whole note; those of
 * unknown keys are passed over.
 */
export function openNote(
  note: string,
  verifiers: readonly Verifier[],
): { readonly text: string; readonly signed: readonly Signed[] } | NoteFault {
  const raw = parseNote(note);
  if (raw === undefined) return "malformed";
  const signed: Signed[] = [];
  for (const line of raw.lines) {
    const by = verifiers.find(({ name, id }) => name === line.name && id === line.id);
    if (by === undefined || signed.some((one) => one.by === by)) continue;
    const seen = check(by, raw.text, line.signature);
    if (seen === undefined) return "bad-signature";
    signed.push({ by, line: line.line, seconds: seen.seconds });
  }
  return signed.length === 0 ? "unsigned" : { text: raw.text, signed };
}

function check(
  by: Verifier,
  text: string,
  signature: Uint8Array,
): { readonly seconds: number | undefined } | undefined {
  if (by.kind === "note") return by.verify(Buffer.from(text), signature) ? { seconds: undefined } : undefined;
  if (signature.length <= 8) return undefined;
  const bytes = Buffer.from(signature);
  const seconds = Number(bytes.readBigUInt64BE(0));
  if (!Number.isSafeInteger(seconds)) return undefined;
  const message = by.kind === "cosignature" ? cosigned(text, seconds) : cosignedByMldsa(by.name, text, seconds);
  return message !== undefined && by.verify(message, bytes.subarray(8)) ? { seconds } : undefined;
}

/** C2SP tlog-cosignature, "Ed25519 signed message". */
function cosigned(text: string, seconds: number): Uint8Array {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
}

/** C2SP tlog-cosignature, "ML-DSA-44 signed message", of a whole tree. */
function cosignedByMldsa(name: string, text: string, seconds: number): Uint8Array | undefined {
  const [origin = "", size = "", root = ""] = text.split("\n");
  const [cosigner, log, hash] = [Buffer.from(name), Buffer.from(origin), Buffer.from(root, "base64")];
  if (cosigner.length > 255 || log.length > 255 || hash.length !== 32 || !/^[0-9]{1,15}$/.test(size)) return undefined;
  return Buffer.concat([
    Buffer.from("subtree/v1\n\0"),
    Buffer.of(cosigner.length),
    cosigner,
    bytesOf(seconds),
    Buffer.of(log.length),
    log,
    bytesOf(0),
    bytesOf(Number(size)),
    hash,
  ]);
}

function bytesOf(number: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
}

/** Signs a text that ends with its last line's end. */
export function signNote(text: string, signer: NoteSigner): string {
  const signature = Buffer.concat([Buffer.from(signer.id, "hex"), signer.sign(Buffer.from(text))]);
  return `${text}\n— ${signer.name} ${signature.toString("base64")}\n`;
}
