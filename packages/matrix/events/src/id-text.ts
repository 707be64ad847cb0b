/** The part of an id after its first colon; empty when there is none. */
export function serverOf(id: string): string {
  const colon = id.indexOf(":");
  return colon < 0 ? "" : id.slice(colon + 1);
}

const SERVER_NAME = /^(?:\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9.-]{1,255})(?::[0-9]{1,5})?$/;

/** The most bytes of an id, a type or a state key (client-server API, "Size limits"). */
export const MAX_FIELD_BYTES = 255;

/**
 * Whether events may name somebody so. Wider than `parseUserId` of base: events must be taken from users with historical ids,
 * whose localparts are any text, the empty one included (appendices, "Historical User IDs").
 */
export function isUserId(text: string): boolean {
  if (!text.startsWith("@") || text.includes("\0") || !text.isWellFormed()) return false;
  return SERVER_NAME.test(serverOf(text)) && fitsField(text);
}

/** Whether a text is within the limit of a field. */
export function fitsField(text: string): boolean {
  return text.length <= MAX_FIELD_BYTES && (text.length * 3 <= MAX_FIELD_BYTES || utf8Length(text) <= MAX_FIELD_BYTES);
}

/** How many bytes a text has in UTF-8. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x80) length += unit >= 0x800 && (unit < 0xd800 || unit >= 0xe000) ? 2 : 1;
  }
  return length;
}
