import type { DeviceId, UserId } from "@causeway/base";
import { createHash } from "node:crypto";

/** How far a client has come in everything that a sync carries. */
export interface SyncToken {
  /** The stream's epoch: tokens of another one are refused. */
  readonly epoch: number;
  /** Position in the server's one stream. */
  readonly pos: number;
  /** Position up to which to-device messages have been handed out; the next request acknowledges them. */
  readonly toDevice: number;
  /** Sequence of what lives in memory only (typing, presence) … */
  readonly live: number;
  /** … within one run of the server. */
  readonly boot: string;
  /** Whose it is. */
  readonly owner: TokenOwner;
}

/** Marks of the person and the device that a token was given to: another person's is refused, another device's acknowledges nothing. */
export interface TokenOwner {
  readonly user: string;
  readonly device: string;
}

const FORM =
  /^s([0-9]{1,10})_([0-9]{1,15})_([0-9]{1,15})_([0-9]{1,15})_([0-9a-z]{1,16})_([0-9A-Za-z-]{6})([0-9A-Za-z-]{6})$/;

/** Writes a token: opaque to clients. */
export function formatToken(token: SyncToken): string {
  const { epoch, pos, toDevice, live, boot, owner } = token;
  return `s${epoch}_${pos}_${toDevice}_${live}_${boot}_${owner.user}${owner.device}`;
}

/** Reads a token, or returns undefined. */
export function parseToken(text: string): SyncToken | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, epoch, pos, toDevice, live, boot = "", user = "", device = ""] = match;
  const token = { epoch: Number(epoch), pos: Number(pos), toDevice: Number(toDevice), live: Number(live), boot };
  return token.toDevice > token.pos ? undefined : { ...token, owner: { user, device } };
}

/** The marks of a person and a device. They keep mistakes out, not attacks: a token opens nothing. */
export function tokenOwner(user: UserId, device: DeviceId): TokenOwner {
  return { user: mark(user), device: mark(`${user} ${device}`) };
}

function mark(text: string): string {
  return createHash("sha256").update(text).digest("base64url").replaceAll("_", "-").slice(0, 6);
}
