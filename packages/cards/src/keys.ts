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

/** Whether a card is an announcement. */
export function isAnnouncement(key: string): boolean {
  return key.startsWith(ANNOUNCEMENT);
}

/** The key of the first words to somebody. */
export const WELCOME = "welcome";
