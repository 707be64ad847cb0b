import type { Socket } from "node:net";

/** Whoever has a connection to a site hears of it. */
export interface UpstreamUser {
  upstreamData(bytes: Buffer): void;
  upstreamDrained(): void;
  /** The other side will send no more. */
  upstreamEnded(): void;
  upstreamClosed(): void;
}

/** A connection to a site. */
export class Upstream {
  readonly socket: Socket;
  readonly key: string;
  user: UpstreamUser | undefined;
  isReused = false;
  idleSince = 0;

  constructor(socket: Socket, key: string) {
    this.socket = socket;
    this.key = key;
    socket.on("data", (bytes: Buffer) => {
      // What nobody asked for is the answer to somebody else's next request.
      if (this.user === undefined) socket.destroy();
      else this.user.upstreamData(bytes);
    });
    socket.on("drain", () => this.user?.upstreamDrained());
    socket.on("end", () => {
      if (this.user === undefined) socket.destroy();
      else this.user.upstreamEnded();
    });
    socket.on("close", () => this.user?.upstreamClosed());
  }
}

const MAX_IDLE = 2000;
const MAX_IDLE_PER_SITE = 100;
/** Many servers close after five seconds; to be earlier than they are saves a retry. */
const IDLE_MS = 4000;

/** Connections to sites that wait for their next request. */
export class Pool {
  #idle = new Map<string, Upstream[]>();
  #count = 0;

  /** A connection that waits; undefined when there is none. */
  take(key: string): Upstream | undefined {
    const idle = this.#idle.get(key);
    for (;;) {
      const upstream = idle?.pop();
      if (upstream === undefined) {
        this.#idle.delete(key);
        return undefined;
      }
      this.#count -= 1;
      if (upstream.socket.destroyed || !upstream.socket.writable) continue;
      upstream.isReused = true;
      return upstream;
    }
  }

  /** Keeps a connection for the next request to the same site. */
  give(upstream: Upstream): void {
    upstream.user = undefined;
    const idle = this.#idle.get(upstream.key) ?? [];
    if (upstream.socket.destroyed || this.#count >= MAX_IDLE || idle.length >= MAX_IDLE_PER_SITE) {
      upstream.socket.destroy();
      return;
    }
    upstream.idleSince = performance.now();
    upstream.socket.resume();
    idle.push(upstream);
    this.#idle.set(upstream.key, idle);
    this.#count += 1;
  }

  /** Closes what has waited long enough. */
  sweep(now: number): void {
    for (const [key, idle] of this.#idle) {
      const kept = idle.filter((one) => {
        const isOver = one.socket.destroyed || now - one.idleSince > IDLE_MS;
        if (isOver) one.socket.destroy();
        return !isOver;
      });
      this.#count -= idle.length - kept.length;
      if (kept.length === 0) this.#idle.delete(key);
      else this.#idle.set(key, kept);
    }
  }

  /** Closes everything that waits. */
  close(): void {
    for (const idle of this.#idle.values()) for (const one of idle) one.socket.destroy();
    this.#idle.clear();
    this.#count = 0;
  }
}
