import { FailureError } from "@causeway/base";
import type { Readable } from "node:stream";
import { HEAD_BYTES } from "./sniff.ts";
import { TextProbe } from "./text-probe.ts";

/** An upload's bytes on their way in: counted against the limit, and looked at while they pass. */
export class Arriving {
  readonly #stream: Readable;
  readonly #maxBytes: number;
  readonly #probe = new TextProbe();
  readonly #head: Uint8Array[] = [];
  #headLength = 0;

  constructor(stream: Readable, maxBytes: number) {
    this.#stream = stream;
    this.#maxBytes = maxBytes;
  }

  /** The chunks. Throws `M_TOO_LARGE` at the first byte too many; the stream stays open so that the answer can be sent. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    let length = 0;
    for await (const chunk of this.#bytes()) {
      length += chunk.length;
      if (length > this.#maxBytes) throw tooLarge(this.#maxBytes);
      this.#probe.add(chunk);
      this.#keepHead(chunk);
      yield chunk;
    }
  }

  /** The first bytes of what has arrived. */
  head(): Uint8Array {
    return Buffer.concat(this.#head).subarray(0, HEAD_BYTES);
  }

  /** Whether all of it is plain text; asked once, after the last chunk. */
  isPlainText(): boolean {
    return this.#probe.finish();
  }

  async *#bytes(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#stream.iterator({ destroyOnReturn: false })) {
      if (chunk instanceof Uint8Array) yield chunk;
      else throw new TypeError("an upload's stream must carry bytes");
    }
  }

  #keepHead(chunk: Uint8Array): void {
    if (this.#headLength >= HEAD_BYTES) return;
    const part = chunk.subarray(0, HEAD_BYTES - this.#headLength);
    this.#head.push(part);
    this.#headLength += part.length;
  }
}

/** The refusal of a file that is larger than allowed. */
export function tooLarge(maxBytes: number): FailureError {
  return new FailureError({ code: "M_TOO_LARGE", message: `A file may be at most ${maxBytes} bytes.` });
}
