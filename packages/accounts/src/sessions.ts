import type { AuditActor, RecordAudit } from "@causeway/audit";
import {
  failure,
  ok,
  parseDeviceId,
  serverOf,
  systemUserOf,
  type Clock,
  type DeviceId,
  type Result,
  type UserId,
} from "@causeway/base";
import { Turns, UnmetExpectation, type Caller, type Database, type Tx } from "@causeway/platform";
import { randomUUID } from "node:crypto";
import { LastSeen } from "./last-seen.ts";
import type { AccountsLimits } from "./limits.ts";
import { LiveTokens, type Live } from "./live-tokens.ts";
import type { AccountsListener, SessionsBeginning, SessionsEnding } from "./ports.ts";
import { issueTokens, standing, type IssuedTokens } from "./session-tokens.ts";
import {
  addSession,
  confirmGeneration,
  expectActive,
  findToken,
  forgetTokensBefore,
  nextGeneration,
  removeAllSessions,
  removeSession,
  sessionsOf,
  type SessionRow,
  type TokenRow,
} from "./store.ts";
import { hashToken, isToken, newDeviceId } from "./tokens.ts";

/** What sessions are made of. */
export interface SessionsParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly limits: AccountsLimits;
  readonly beginning?: SessionsBeginning | undefined;
  readonly ending: SessionsEnding;
  readonly listener: AccountsListener;
  readonly audit?: RecordAudit | undefined;
}

/** What a new session is asked to be. */
export interface SessionWish {
  readonly user: UserId;
  readonly device: string | undefined;
  readonly name: string | undefined;
  readonly refresh: boolean;
  /** The hash that the password was checked against: when it is another by now, no session begins. */
  readonly proof?: string | undefined;
  /** Whether the device is managed by where it signs in from. */
  readonly managed?: boolean | undefined;
  /** Collected into the same transaction: what is used up by signing in. */
  readonly also?: ((tx: Tx) => void) | undefined;
}

/** Which of a user's sessions end. */
export interface Ending {
  readonly devices: readonly DeviceId[] | "all";
  readonly except?: DeviceId | undefined;
  /** Only this session, not one that the device has begun since. */
  readonly session?: string | undefined;
  /** Who ends them, for the record: their owner unless somebody else is named. */
  readonly by?: AuditActor | undefined;
}

const NOTE_EVERY_MS = 10 * 60_000;
const MAX_NAME_LENGTH = 255;
/** Devices that one entry of the audit log names. */
const MAX_NAMED = 20;

/** Sessions: a device, an access token, and for those who ask a refresh token. Only hashes are kept. */
export class Sessions {
  /** One person's sessions begin and end one after another. */
  readonly turns = new Turns();
  readonly lastSeen: LastSeen;
  #parts: SessionsParts;
  #live: LiveTokens;
  #exchanging = new Set<string>();
  #loading = new Map<string, Promise<Live | undefined>>();

  constructor(parts: SessionsParts) {
    this.#parts = parts;
    this.#live = new LiveTokens(parts.limits.maxTokensInMemory);
    this.lastSeen = new LastSeen(parts);
  }

  /** Finds who an access token belongs to: from memory after its first use. */
  authenticate(token: string): Result<Caller> | Promise<Result<Caller>> {
    if (!isToken(token)) return failure("M_UNKNOWN_TOKEN");
    const hashed = hashToken(token);
    const live = this.#live.get(hashed);
    return live === undefined ? this.#loadOnce(hashed).then((loaded) => this.#admit(loaded)) : this.#admit(live);
  }

  #admit(live: Live | undefined): Result<Caller> {
    if (live === undefined) return failure("M_UNKNOWN_TOKEN");
    const now = this.#parts.clock.now();
    // An expired token is not the end of the session: the client keeps its keys and refreshes or signs in again.
    if (live.expires !== undefined && live.expires <= now)
      return failure("M_UNKNOWN_TOKEN", undefined, { soft_logout: true });
    if (now - live.seenAt > NOTE_EVERY_MS) {
      live.seenAt = now;
      this.lastSeen.note(live.caller.session);
    }
    return ok(live.caller);
  }

  #loadOnce(hashed: string): Promise<Live | undefined> {
    const under = this.#loading.get(hashed);
    if (under !== undefined) return under;
    const loading = this.#load(hashed).finally(() => this.#loading.delete(hashed));
    this.#loading.set(hashed, loading);
    return loading;
  }

  async #load(hashed: string): Promise<Live | undefined> {
    using watch = this.#live.watch();
    const row = await findToken(this.#parts.db, hashed);
    if (row === undefined || row.kind === "refresh") return undefined;
    const { session } = row;
    if (watch.changed(session.user)) return await this.#load(hashed);
    if (row.kind === "replaced") {
      await this.end(session.user, { devices: [session.device], session: session.session, by: "system" });
      return undefined;
    }
    switch (standing(row.generation, session)) {
      case "past":
        return undefined;
      case "first-use":
        await this.#confirm(session);
        return await this.#load(hashed);
      default:
        return this.#keep(hashed, row);
    }
  }

  #keep(hashed: string, row: TokenRow): Live {
    const { user, device, session, managed, lastSeen } = row.session;
    const caller: Caller = { user, device, session, managed, ...(row.held === undefined ? {} : { held: row.held }) };
    const live: Live = { caller, generation: row.generation, expires: row.expires, seenAt: lastSeen, used: true };
    this.#live.keep(hashed, live);
    return live;
  }

  /** The first use of a new access token ends the ones before it (client-server API, "Refreshing access tokens"). */
  async #confirm(session: SessionRow): Promise<void> {
    const { generation } = session;
    const tx = this.#parts.db.begin();
    confirmGeneration(tx, session.session, generation);
    forgetTokensBefore(tx, session.session, generation - this.#parts.limits.refreshTokensKept);
    tx.onCommitted(() => this.#forgetOlder(session, generation));
    // When it was exchanged again in the meantime, reading it once more shows what it is worth now.
    await committed(tx);
  }

  #forgetOlder(session: SessionRow, generation: number): void {
    this.#live.forget(session.user, (live) => live.caller.session === session.session && live.generation < generation);
  }

  /** Begins a session. One that the device had before ends; so does the oldest one when there are too many. */
  begin(wish: SessionWish): Promise<Result<IssuedTokens & { readonly device_id: DeviceId }>> {
    return this.turns.run(wish.user, () => this.#begin(wish));
  }

  async #begin(wish: SessionWish): Promise<Result<IssuedTokens & { readonly device_id: DeviceId }>> {
    const { db, clock, limits, ending } = this.#parts;
    const { user } = wish;
    const device = parseDeviceId(wish.device ?? newDeviceId());
    if (device === undefined) return failure("M_INVALID_PARAM", "body `device_id`: not a valid device id");
    if (user === systemUserOf(serverOf(user))) return failure("M_FORBIDDEN", "Nobody signs in as the server.");
    const before = await sessionsOf(db, user);
    const same = before.filter((one) => one.device === device);
    const others = before.filter((one) => one.device !== device);
    const tooMany = others.slice(0, Math.max(0, others.length - limits.maxSessions + 1));
    const tx = db.begin();
    expectActive(tx, user, wish.proof);
    wish.also?.(tx);
    for (const one of [...same, ...tooMany]) removeSession(tx, user, one.device);
    const session = newSession(
      { user, device, managed: wish.managed === true },
      wish.name ?? same[0]?.name,
      clock.now(),
    );
    addSession(tx, session, clock.now());
    const tokens = issueTokens(tx, this.#parts, { session: session.session, generation: 1, refresh: wish.refresh });
    const ended = [...same, ...tooMany];
    this.#recordEnd(tx, { user, ended, by: user });
    const facts = { device, managed: wish.managed === true };
    this.#parts.audit?.(tx, { act: "session.began", by: user, on: user, at: clock.now(), facts });
    if (tooMany.length > 0) ending.endDevices(tx, user, devicesOf(tooMany));
    const { name, managed } = session;
    this.#parts.beginning?.beginSession(tx, user, {
      ...{ device, session: session.session, name, managed },
      isOnly: others.length === tooMany.length,
    });
    tx.onCommitted(() => this.#over(user, devicesOf(ended), ended));
    if (await committed(tx)) return ok({ ...tokens, device_id: device });
    return failure("M_FORBIDDEN", "The user name or the password is not right.");
  }

  /**
   * Exchanges a refresh token. One that was exchanged already works again only until the tokens it gave have been used (the answer
   * may have been lost); after that somebody has a copy, and the session ends. Of exchanges at the same time one succeeds.
   */
  async refresh(token: string): Promise<Result<IssuedTokens>> {
    const hashed = hashToken(token);
    if (!isToken(token)) return failure("M_UNKNOWN_TOKEN");
    if (this.#exchanging.has(hashed)) return exchangedAlready();
    this.#exchanging.add(hashed);
    try {
      return await this.#exchange(hashed);
    } finally {
      this.#exchanging.delete(hashed);
    }
  }

  async #exchange(hashed: string): Promise<Result<IssuedTokens>> {
    const row = await findToken(this.#parts.db, hashed);
    if (row === undefined || row.kind !== "refresh") return failure("M_UNKNOWN_TOKEN");
    const { session } = row;
    if (row.held === "locked") return locked();
    if (standing(row.generation, session) === "past") {
      await this.end(session.user, { devices: [session.device], session: session.session, by: "system" });
      return failure("M_UNKNOWN_TOKEN");
    }
    const tx = this.#parts.db.begin();
    nextGeneration(tx, session, row.generation);
    const tokens = issueTokens(tx, this.#parts, {
      session: session.session,
      generation: session.generation + 1,
      refresh: true,
    });
    tx.onCommitted(() => this.#forgetOlder(session, row.generation));
    return (await committed(tx)) ? ok(tokens) : exchangedAlready();
  }

  /** Ends sessions, with what belongs to them, in one transaction. */
  end(user: UserId, which: Ending): Promise<void> {
    return this.turns.run(user, async () => {
      const collect = await this.prepareEnd(user, which);
      const tx = this.#parts.db.begin();
      collect(tx);
      await tx.commit();
    });
  }

  /** Reads which sessions are to end; the function collects their end into a transaction, which must be committed in the same turn. */
  async prepareEnd(user: UserId, which: Ending): Promise<(tx: Tx) => void> {
    const { devices, except, session, by = user } = which;
    const isEverything = devices === "all" && except === undefined;
    const wanted = new Set(devices === "all" ? [] : devices);
    const isMeant = (one: SessionRow): boolean =>
      one.device !== except &&
      (devices === "all" || wanted.has(one.device)) &&
      (session === undefined || one.session === session);
    const ended = (await sessionsOf(this.#parts.db, user)).filter(isMeant);
    const endedDevices = devicesOf(ended);
    return (tx) => {
      if (isEverything) removeAllSessions(tx, user);
      else for (const device of endedDevices) removeSession(tx, user, device);
      this.#recordEnd(tx, { user, ended, by });
      tx.onCommitted(() => this.#over(user, isEverything ? "all" : endedDevices, ended));
      if (ended.length > 0) this.#parts.ending.endDevices(tx, user, endedDevices);
    };
  }

  #recordEnd(
    tx: Tx,
    of: { readonly user: UserId; readonly ended: readonly SessionRow[]; readonly by: AuditActor },
  ): void {
    if (of.ended.length === 0) return;
    const devices = devicesOf(of.ended).slice(0, MAX_NAMED).join(" ");
    const facts = { devices, count: of.ended.length };
    this.#parts.audit?.(tx, { act: "session.ended", by: of.by, on: of.user, at: this.#parts.clock.now(), facts });
  }

  #over(user: UserId, forgotten: readonly DeviceId[] | "all", ended: readonly SessionRow[]): void {
    this.forget(user, forgotten);
    if (ended.length > 0) this.#parts.listener.sessionsEnded(user, ended);
  }

  /** Forgets what memory knows of devices: the next request reads it again. */
  forget(user: UserId, devices: readonly DeviceId[] | "all"): void {
    this.#live.forget(user, (live) => devices === "all" || devices.includes(live.caller.device));
  }
}

/** NOTE A device that signs in again is personal until it is marked again, unless it signs in from an office: its id is known to others, so it proves nothing. */
function newSession(
  of: { readonly user: UserId; readonly device: DeviceId; readonly managed: boolean },
  name: string | undefined,
  at: number,
): SessionRow {
  const shown = name?.replaceAll("\0", "").slice(0, MAX_NAME_LENGTH);
  return { ...of, session: randomUUID(), name: shown, lastSeen: at, generation: 1, confirmed: 1 };
}

function exchangedAlready(): Result<never> {
  return failure("M_LIMIT_EXCEEDED", "This token is being exchanged already.", { retry_after_ms: 1000 });
}

/** Nothing of the session is lost: the client keeps its keys (client-server API, "Account locking"). */
export function locked(): Result<never> {
  return failure("M_USER_LOCKED", undefined, { soft_logout: true });
}

function devicesOf(sessions: readonly SessionRow[]): readonly DeviceId[] {
  return sessions.map((one) => one.device);
}

/** Commits; false when an expectation was not met, that is, when somebody else was first. */
async function committed(tx: Tx): Promise<boolean> {
  try {
    await tx.commit();
    return true;
  } catch (error) {
    if (error instanceof UnmetExpectation) return false;
    throw error;
  }
}
