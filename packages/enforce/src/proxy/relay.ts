import type { Socket } from "node:net";

/** Two sockets joined to each other, whatever passes. */
export interface RelayOptions {
  readonly client: Socket;
  readonly upstream: Socket;
  /** How much the client may still send; undefined: any amount. */
  readonly bytesUp: number | undefined;
  /** Told of every byte that passes, so that idle ones can be found. */
  readonly passed: () => void;
  /** The relay is over; both sockets are closed. */
  readonly ended: () => void;
}

/** Passes bytes both ways until one side is closed, or the client has sent more than it may. */
export class Relay {
  #options: RelayOptions;
  #isOver = false;
  #up = 0;

  constructor(options: RelayOptions) {
    this.#options = options;
    const { client, upstream } = options;
    this.#pass(client, upstream, (count) => {
      this.#up += count;
      return options.bytesUp === undefined || this.#up <= options.bytesUp;
    });
    this.#pass(upstream, client, () => true);
    client.once("close", () => this.end());
    upstream.once("close", () => this.end());
    // A socket that was closed before this was listening says nothing any more.
    if (client.destroyed || upstream.destroyed) setImmediate(() => this.end());
  }

  /** Closes both sides. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { client, upstream, ended } = this.#options;
    client.destroy();
    upstream.destroy();
    ended();
  }

  #pass(from: Socket, to: Socket, mayPass: (count: number) => boolean): void {
    const { passed } = this.#options;
    from.on("data", (bytes: Buffer) => {
      passed();
      if (!mayPass(bytes.length)) {
        this.end();
        return;
      }
      if (!to.write(bytes)) from.pause();
    });
    to.on("drain", () => {
      passed();
      from.resume();
    });
    from.once("end", () => {
      if (!to.destroyed) to.end();
    });
    from.resume();
  }
}
