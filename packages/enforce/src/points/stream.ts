import { Readable } from "node:stream";
import type { FeedReader } from "./feed.ts";

/** A connection that stays, to somebody who is sent frames: bounded, because what a slow reader does not take waits here. */
export class FeedStream extends Readable implements FeedReader {
  #most: number;

  /** `first` is sent at once; beyond it `maxWaitingBytes` may wait. */
  constructor(first: readonly Buffer[], maxWaitingBytes: number) {
    super({ highWaterMark: 65_536 });
    this.#most = maxWaitingBytes + first.reduce((sum, frame) => sum + frame.length, 0);
    this.push(BEGIN);
    for (const frame of first) this.push(frame);
  }

  /** Frames are pushed as they come. */
  override _read(): void {
    // Nothing is fetched.
  }

  send(frame: Buffer): void {
    if (this.destroyed) return;
    // Whoever comes back gets what they lack from where they were.
    if (this.readableLength + frame.length > this.#most) this.destroy();
    else this.push(frame);
  }

  close(): void {
    if (!this.destroyed) this.push(null);
  }
}

/** How soon to come back, and something to send at once, so that the client hears that it is connected. */
const BEGIN = Buffer.from("retry: 2000\n: connected\n\n");
