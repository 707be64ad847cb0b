/** A text as a pattern that matches it alone. */
export function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}

/** This machine itself, which is no outside service. */
export const loopback: string = String.raw`^https?://(?:127(?:\.[0-9]+){3}|\[::1\])(?::[0-9]+)?(?:[/?#]|$)`;
