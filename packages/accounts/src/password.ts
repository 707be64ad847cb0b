import { failure, ok, type Result } from "@causeway/base";
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** The cost of a password hash (RFC 9106; the OWASP minimum for argon2id). */
const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;

interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly tagLength: number;
}

const derive = promisify(argon2);

/** Hashes passwords, a few at a time; the rest wait, and beyond the queue's length are refused. */
export class PasswordHasher {
  #maxRunning: number;
  #maxQueue: number;
  #running = 0;
  #queue: (() => void)[] = [];
  #decoy: Promise<string> | undefined;

  constructor(limits: { readonly maxHashing: number; readonly maxHashQueue: number }) {
    this.#maxRunning = limits.maxHashing;
    this.#maxQueue = limits.maxHashQueue;
  }

  /** The hash of a new password, in PHC form, with its own salt and cost. */
  async hash(password: string): Promise<Result<string>> {
    return await this.#inTurn(async () => {
      const salt = randomBytes(16);
      return format(salt, await tagOf(password, salt, COST));
    });
  }

  /** Whether a password is the one of a hash. Without a hash it takes as long and is false, so that time tells nothing. */
  async matches(password: string, hash: string | undefined): Promise<Result<boolean>> {
    this.#decoy ??= tagOf("decoy", Buffer.alloc(16), COST).then((tag) => format(Buffer.alloc(16), tag));
    const parsed = parse(hash ?? (await this.#decoy));
    if (parsed === undefined) throw new Error("a password hash cannot be read");
    return await this.#inTurn(async () => {
      const tag = await tagOf(password, parsed.salt, parsed.cost);
      return timingSafeEqual(tag, parsed.tag) && hash !== undefined;
    });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<Result<T>> {
    if (this.#running >= this.#maxRunning) {
      if (this.#queue.length >= this.#maxQueue) return failure("M_LIMIT_EXCEEDED", undefined, { retry_after_ms: 2000 });
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    }
    this.#running += 1;
    try {
      return ok(await work());
    } finally {
      this.#running -= 1;
      this.#queue.shift()?.();
    }
  }
}

async function tagOf(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  return await derive("argon2id", { message: password.normalize("NFKC"), nonce: salt, ...cost });
}

function format(salt: Buffer, tag: Buffer): string {
  const unpadded = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

function parse(hash: string): { readonly salt: Buffer; readonly tag: Buffer; readonly cost: Cost } | undefined {
  const match = /^\$argon2id\$v=19\$m=([0-9]+),t=([0-9]+),p=([0-9]+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(hash);
  if (match === null) return undefined;
  const [, memory, passes, parallelism, salt = "", tag = ""] = match;
  const bytes = Buffer.from(tag, "base64");
  return {
    salt: Buffer.from(salt, "base64"),
    tag: bytes,
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism), tagLength: bytes.length },
  };
}
