/** The place in a room's history just after a position, as clients hand it back: `t<position>`. */
export function historyToken(pos: number): string {
  return `t${pos}`;
}

/** Reads such a token, or a token of `/sync`, which stands for its position in the stream. */
export function parseHistoryToken(text: string): number | undefined {
  const match = /^(?:t|s[0-9]{1,10}_)([0-9]{1,16})(?:$|_)/.exec(text);
  return match === null ? undefined : Number(match[1]);
}
