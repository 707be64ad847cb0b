import { failure, ok, parseDeviceId, type Clock, type DeviceId, type Result, type UserId } from "@causeway/base";
import { UnmetExpectation, type Caller, type Database, type Tx } from "@causeway/platform";
import { randomUUID } from "node:crypto";
import type { AccountsLimits } from "./limits.ts";
import type { AccountsListener, SessionsEnding } from "./ports.ts";
import {
  addSession,
  addToken,
  confirmGeneration,
  dropGeneration,
  findToken,
  nextGeneration,
  removeSession,
  sessionsOf,
  touchSession,
  type SessionRow,
  type TokenRow,
} from "./store.ts";
import { hashToken, newDeviceId, newToken } from "./tokens.ts";

/** What sessions are made of. */
export interface SessionsParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly limits: AccountsLimits;
  readonly ending: SessionsEnding;
  readonly listener: AccountsListener;
}

/** Tokens as a client gets them. */
export interface IssuedTokens {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly expires_in_ms?: number;
}

/** What a new session is asked to be. */
export interface SessionWish {
  readonly user: UserId;
  readonly device: string | undefined;
  readonly name: string | undefined;
  readonly refresh: boolean;
}

interface Live {
  readonly caller: Caller;
  readonly generation: number;
  readonly expires: number | undefined;
  readonly session: string;
  seenAt: number;
}

const TOUCH_EVERY_MS = 10 * 60_000;

/** Sessions: a device, an access token, and for those who ask a refresh token. Only hashes are kept. */
export class Sessions {
  #parts: SessionsParts;
  #live = new Map<string, Live>();
  #confirmed = new Set<string>();
  #ended = new Set<string>();

  constructor(parts: SessionsParts) {
    this.#parts = parts;
  }

  /** Finds who an access token belongs to: from memory after its first use. */
  async authenticate(token: string): Promise<Result<Caller>> {
    const hashed = hashToken(token);
    const live = this.#live.get(hashed) ?? (await this.#load(hashed));
    if (live === undefined) return failure("M_UNKNOWN_TOKEN");
    const now = this.#parts.clock.now();
    // An expired token is not the end of the session: the client keeps its keys and refreshes or signs in again.
    if (live.expires !== undefined && live.expires <= now) return failure("M_UNKNOWN_TOKEN", undefined, { soft_logout: true });
    if (now - live.seenAt > TOUCH_EVERY_MS) this.#touch(live);
    return ok(live.caller);
  }

  async #load(hashed: string): Promise<Live | undefined> {
    const row = await findToken(this.#parts.db, hashed);
    if (row === undefined || row.kind !== "access" || this.#ended.has(row.session.session)) return undefined;
    const { session } = row;
    if (row.generation < session.generation && session.confirmed >= session.generation) return undefined;
    if (row.generation > session.confirmed && row.generation > 1) await this.#confirm(session, row.generation);
    const live: Live = {
      caller: { user: session.user, device: session.device, session: session.session, managed: session.managed },
      generation: row.generation,
      expires: row.expires,
      session: session.session,
      seenAt: session.lastSeen,
    };
    this.#live.set(hashed, live);
    for (const oldest of this.#live.keys()) {
      if (this.#live.size <= this.#parts.limits.maxTokensInMemory) break;
      this.#live.delete(oldest);
    }
    return live;
  }

  /** The first use of a new access token ends the ones before it (client-server API, "Refreshing access tokens"). */
  async #confirm(session: SessionRow, generation: number): Promise<void> {
    const name = `${session.session} ${generation}`;
    if (this.#confirmed.has(name)) return;
    const tx = this.#parts.db.begin();
    confirmGeneration(tx, session.session, generation);
    await tx.commit();
    this.#confirmed.add(name);
    for (const [hashed, live] of this.#live) if (live.session === session.session && live.generation < generation) this.#live.delete(hashed);
    if (this.#confirmed.size > 10_000) this.#confirmed.clear();
  }

  #touch(live: Live): void {
    live.seenAt = this.#parts.clock.now();
    const tx = this.#parts.db.begin();
    touchSession(tx, live.session, this.#parts.clock.now());
    // Only a time for display: when it cannot be kept, the next request tries again.
    tx.commit().catch(() => (live.seenAt = 0));
  }

  /** Begins a session. One that the device had before ends; so does the oldest one when there are too many. */
  async begin(wish: SessionWish, also?: (tx: Tx) => void): Promise<Result<IssuedTokens & { readonly device_id: DeviceId }>> {
    const { db, clock, limits, ending } = this.#parts;
    const device = parseDeviceId(wish.device ?? newDeviceId());
    if (device === undefined) return failure("M_INVALID_PARAM", "body `device_id`: not a valid device id");
    const before = await sessionsOf(db, wish.user);
    const same = before.filter((one) => one.device === device);
    const tooMany = before.filter((one) => one.device !== device).slice(0, Math.max(0, before.length - same.length - limits.maxSessions + 1));
    const session: SessionRow = {
      user: wish.user,
      device,
      session: randomUUID(),
      name: wish.name ?? same[0]?.name,
      managed: same[0]?.managed ?? false,
      lastSeen: clock.now(),
      generation: 1,
      confirmed: 0,
    };
    const tx = db.begin();
    also?.(tx);
    for (const one of [...same, ...tooMany]) removeSession(tx, one.session);
    addSession(tx, session, clock.now());
    const tokens = this.#issue(tx, session.session, { generation: 1, refresh: wish.refresh });
    if (tooMany.length > 0) ending.endDevices(tx, wish.user, tooMany.map((one) => one.device));
    tx.onCommitted(() => this.#forget(wish.user, [...same, ...tooMany]));
    await tx.commit();
    return ok({ ...tokens, device_id: device });
  }

  #issue(tx: Tx, session: string, options: { readonly generation: number; readonly refresh: boolean }): IssuedTokens {
    const { clock, limits } = this.#parts;
    const access = newToken("access");
    const expires = options.refresh ? clock.now() + limits.accessTokenMs : undefined;
    addToken(tx, { hash: hashToken(access), session, kind: "access", generation: options.generation, expires });
    if (!options.refresh) return { access_token: access };
    const refresh = newToken("refresh");
    addToken(tx, { hash: hashToken(refresh), session, kind: "refresh", generation: options.generation, expires: undefined });
    return { access_token: access, refresh_token: refresh, expires_in_ms: limits.accessTokenMs };
  }

  /**
   * Exchanges a refresh token. One that was exchanged already works again only until the tokens it gave have been used (the answer
   * may have been lost); after that somebody has a copy, and the session ends.
   */
  async refresh(token: string): Promise<Result<IssuedTokens>> {
    const row = await findToken(this.#parts.db, hashToken(token));
    if (row === undefined || row.kind !== "refresh") return failure("M_UNKNOWN_TOKEN");
    const { session } = row;
    const isCurrent = row.generation === session.generation;
    const isRepeated = row.generation === session.generation - 1 && session.confirmed < session.generation;
    if (!isCurrent && !isRepeated) {
      await this.end(session.user, [session.device]);
      return failure("M_UNKNOWN_TOKEN");
    }
    return await this.#rotate(row, isCurrent);
  }

  async #rotate(row: TokenRow, isCurrent: boolean): Promise<Result<IssuedTokens>> {
    const { session } = row;
    const tx = this.#parts.db.begin();
    const generation = isCurrent ? session.generation + 1 : session.generation;
    if (isCurrent) {
      nextGeneration(tx, session.session, session.generation);
      // Using the refresh token shows that its own generation arrived.
      confirmGeneration(tx, session.session, session.generation);
    } else dropGeneration(tx, session.session, generation);
    const tokens = this.#issue(tx, session.session, { generation, refresh: true });
    try {
      await tx.commit();
    } catch (error) {
      if (error instanceof UnmetExpectation) return failure("M_LIMIT_EXCEEDED", "This token is being exchanged already.", { retry_after_ms: 1000 });
      throw error;
    }
    for (const [hashed, live] of this.#live) {
      if (live.session === session.session && (live.generation < row.generation || live.generation === generation)) this.#live.delete(hashed);
    }
    return ok(tokens);
  }

  /** Ends sessions, with what belongs to them, in one transaction. */
  async end(user: UserId, devices: readonly DeviceId[] | "all", except?: DeviceId): Promise<void> {
    const tx = this.#parts.db.begin();
    const ended = await this.collectEnd(tx, user, { devices, ...(except === undefined ? {} : { except }) });
    if (ended.length > 0) this.#parts.ending.endDevices(tx, user, ended.map((one) => one.device));
    await tx.commit();
  }

  /** Collects the end of sessions into a transaction; its commit makes them end. The caller ends the devices' keys. */
  async collectEnd(
    tx: Tx,
    user: UserId,
    which: { readonly devices: readonly DeviceId[] | "all"; readonly except?: DeviceId },
  ): Promise<readonly SessionRow[]> {
    const all = await sessionsOf(this.#parts.db, user);
    const { devices, except } = which;
    const ended = all.filter((one) => (devices === "all" || devices.includes(one.device)) && one.device !== except);
    for (const one of ended) removeSession(tx, one.session);
    tx.onCommitted(() => this.#forget(user, ended));
    return ended;
  }

  #forget(user: UserId, ended: readonly SessionRow[]): void {
    if (ended.length === 0) return;
    const names = new Set(ended.map((one) => one.session));
    for (const name of names) this.#ended.add(name);
    for (const [hashed, live] of this.#live) if (names.has(live.session)) this.#live.delete(hashed);
    this.#parts.listener.sessionsEnded(user, ended.map((one) => one.device));
    for (const oldest of this.#ended) {
      if (this.#ended.size <= 100_000) break;
      this.#ended.delete(oldest);
    }
  }

  /** Forgets what memory knows of a device after its class changed: the next request reads it again. */
  forgetDevice(user: UserId, device: DeviceId): void {
    for (const [hashed, live] of this.#live) if (live.caller.user === user && live.caller.device === device) this.#live.delete(hashed);
  }
}
