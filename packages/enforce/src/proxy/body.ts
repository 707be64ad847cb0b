import { listOf, valuesOf, type Head } from "./head.ts";

/** How a body ends: by its length, by its last chunk, with the connection; `none` has no body at all. */
export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "until-close" };

const NO_BODY: Framing = { kind: "none" };
const CHUNKED: Framing = { kind: "chunked" };
const UNTIL_CLOSE: Framing = { kind: "until-close" };

/** What two programs could read in two ways is no framing: it is refused, not repaired. */
export type FramingFault = "conflict" | "unknown-coding";

/** How the body of a request ends. */
export function framingOfRequest(head: Head, minor: number): Framing | FramingFault {
  const codings = valuesOf(head, "transfer-encoding");
  const lengths = valuesOf(head, "content-length");
  if (codings.length === 0) return lengths.length === 0 ? NO_BODY : framingOfLength(lengths);
  if (lengths.length > 0 || codings.length > 1 || minor === 0) return "conflict";
  return codings[0]?.toLowerCase() === "chunked" ? CHUNKED : "unknown-coding";
}

/** How the body of a response to a method ends. */
export function framingOfResponse(head: Head, status: number, method: string): Framing | FramingFault {
  const codings = listOf(head, "transfer-encoding");
  const lengths = valuesOf(head, "content-length");
  if (codings.length > 0 && lengths.length > 0) return "conflict";
  const length = lengths.length === 0 ? undefined : framingOfLength(lengths);
  if (typeof length === "string") return length;
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) return NO_BODY;
  if (codings.length > 0) return codings.length === 1 && codings[0] === "chunked" ? CHUNKED : "unknown-coding";
  return length ?? UNTIL_CLOSE;
}

function framingOfLength(lengths: readonly string[]): Framing | FramingFault {
  const [text = ""] = lengths;
  if (lengths.length > 1 || !/^[0-9]{1,15}$/.test(text)) return "conflict";
  const length = Number(text);
  return length === 0 ? { kind: "length", length: 0 } : { kind: "length", length };
}

/** Takes a body out of a stream of bytes. */
export interface BodyReader {
  readonly isDone: boolean;
  /** Hands on the payload in what has come; how many bytes of it belong to the body. -1 for what is malformed. */
  take(bytes: Buffer, piece: (payload: Buffer) => void): number;
}

/** A reader for a framing. `lenient` takes what servers write and nobody can be fooled with: extensions of chunks. */
export function bodyReader(framing: Framing, options: { readonly lenient: boolean }): BodyReader {
  switch (framing.kind) {
    case "none":
      return new LengthBody(0);
    case "length":
      return new LengthBody(framing.length);
    case "chunked":
      return new ChunkedBody(options.lenient);
    case "until-close":
      return { isDone: false, take: (bytes, piece) => (piece(bytes), bytes.length) };
  }
}

class LengthBody implements BodyReader {
  #left: number;
  constructor(length: number) {
    this.#left = length;
  }

  get isDone(): boolean {
    return this.#left === 0;
  }

  take(bytes: Buffer, piece: (payload: Buffer) => void): number {
    const used = Math.min(this.#left, bytes.length);
    if (used > 0) piece(used === bytes.length ? bytes : bytes.subarray(0, used));
    this.#left -= used;
    return used;
  }
}

const STRICT_SIZE = /^[0-9A-Fa-f]{1,12}$/;
const LENIENT_SIZE = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;[^\r\n]*)?$/;
const MAX_LINE = 4096;
const MAX_TRAILERS = 16_384;

type ChunkState = "size" | "data" | "data-end" | "trailers" | "done";

/** Chunks (RFC 9112, section 7.1). Trailers are read and left out. */
class ChunkedBody implements BodyReader {
  #state: ChunkState = "size";
  #left = 0;
  #line = "";
  #trailerBytes = 0;
  #lenient: boolean;

  constructor(lenient: boolean) {
    this.#lenient = lenient;
  }

  get isDone(): boolean {
    return this.#state === "done";
  }

  take(bytes: Buffer, piece: (payload: Buffer) => void): number {
    let at = 0;
    while (at < bytes.length && this.#state !== "done") {
      if (this.#state === "data") {
        const used = Math.min(this.#left, bytes.length - at);
        piece(bytes.subarray(at, at + used));
        at += used;
        this.#left -= used;
        if (this.#left === 0) this.#state = "data-end";
        continue;
      }
      const lineFeed = bytes.indexOf(10, at);
      const end = lineFeed < 0 ? bytes.length : lineFeed + 1;
      this.#line += bytes.toString("latin1", at, end);
      if (this.#line.length > MAX_LINE) return -1;
      at = end;
      if (lineFeed < 0) return at;
      const line = this.#line;
      this.#line = "";
      if (!line.endsWith("\r\n") || !this.#takeLine(line.slice(0, -2))) return -1;
    }
    return at;
  }

  #takeLine(line: string): boolean {
    switch (this.#state) {
      case "size": {
        const size = this.#lenient ? LENIENT_SIZE.exec(line)?.[1] : STRICT_SIZE.exec(line)?.[0];
        if (size === undefined) return false;
        this.#left = Number.parseInt(size, 16);
        this.#state = this.#left === 0 ? "trailers" : "data";
        return true;
      }
      case "data-end":
        this.#state = "size";
        return line === "";
      case "trailers":
        this.#trailerBytes += line.length;
        if (line === "") this.#state = "done";
        return this.#trailerBytes <= MAX_TRAILERS && !line.includes("\r");
      default:
        return false;
    }
  }
}
