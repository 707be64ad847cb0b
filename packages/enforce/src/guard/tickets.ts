import { parseUserId, type Clock, type Instant, type UserId } from "@causeway/base";
import { createHmac, hkdfSync, timingSafeEqual, type KeyObject } from "node:crypto";

/** Who is signed in in a browser: a user, by a session of theirs. */
export interface TicketHolder {
  readonly user: UserId;
  readonly session: string;
}

const SEPARATOR = ".";

/** Tickets by which a guard says who is signed in. The server keeps none: a ticket is worth something as long as its session is there. */
export class GuardTickets {
  #secret: Buffer;
  #clock: Clock;
  #lifetimeMs: number;

  constructor(parts: { readonly key: KeyObject; readonly clock: Clock; readonly lifetimeMs: number }) {
    const material = parts.key.export({ type: "pkcs8", format: "der" });
    this.#secret = Buffer.from(hkdfSync("sha256", material, "", "causeway guard tickets", 32));
    this.#clock = parts.clock;
    this.#lifetimeMs = parts.lifetimeMs;
  }

  /** A ticket for a session. */
  make({ user, session }: TicketHolder): { readonly ticket: string; readonly ends: Instant } {
    const ends = (this.#clock.now() + this.#lifetimeMs) as Instant;
    const body = Buffer.from(JSON.stringify([user, session, ends])).toString("base64url");
    return { ticket: `${body}${SEPARATOR}${this.#proof(body)}`, ends };
  }

  /** Whose a ticket is; undefined for what is none, or none any more. Whether the session is still there is asked elsewhere. */
  read(ticket: string): TicketHolder | undefined {
    const [body = "", proof = "", ...more] = ticket.split(SEPARATOR);
    const [given, right] = [Buffer.from(proof), Buffer.from(this.#proof(body))];
    if (more.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
    const found: unknown = JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
    const [name, session, ends] = Array.isArray(found) ? found : [];
    const user = typeof name === "string" ? parseUserId(name) : undefined;
    if (user === undefined || typeof session !== "string" || typeof ends !== "number") return undefined;
    return this.#clock.now() < ends ? { user, session } : undefined;
  }

  #proof(body: string): string {
    return createHmac("sha256", this.#secret).update(body).digest("base64url");
  }
}
