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
}

const FORM = /^s([0-9]{1,10})_([0-9]{1,16})_([0-9]{1,16})_([0-9]{1,16})_([0-9a-z]{1,16})$/;

/** Writes a token: opaque to clients. */
export function formatToken(token: SyncToken): string {
  return `s${token.epoch}_${token.pos}_${token.toDevice}_${token.live}_${token.boot}`;
}

/** Reads a token, or returns undefined. */
export function parseToken(text: string): SyncToken | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, epoch, pos, toDevice, live, boot] = match;
  return { epoch: Number(epoch), pos: Number(pos), toDevice: Number(toDevice), live: Number(live), boot: boot ?? "" };
}
