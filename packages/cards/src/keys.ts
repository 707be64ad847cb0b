/** The keys of cards that this package posts itself; those of others begin otherwise. */
const ANNOUNCEMENT = "announcement:";
const DEVICE = "device:";

/** The key of the card of a sign-in. */
export function deviceKey(session: string): string {
  return `${DEVICE}${session}`;
}

/** The session that a card of a sign-in is about. */
export function sessionOfKey(key: string): string | undefined {
  return key.startsWith(DEVICE) ? key.slice(DEVICE.length) : undefined;
}

/** The key of the cards of an announcement. */
export function announcementKey(id: string): string {
  return `${ANNOUNCEMENT}${id}`;
}

/** The announcement that a card is of. */
export function announcementOfKey(key: string): string | undefined {
  return key.startsWith(ANNOUNCEMENT) ? key.slice(ANNOUNCEMENT.length) : undefined;
}

/** Whether a card is an announcement. */
export function isAnnouncement(key: string): boolean {
  return announcementOfKey(key) !== undefined;
}

/** The key of the first words to somebody. */
export const WELCOME = "welcome";
