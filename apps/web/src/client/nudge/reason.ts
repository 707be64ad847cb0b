/** The field of a message that says why personal data was sent to a place that is not meant for it. */
const REASON = "org.causeway.reason";

/** The longest reason that is asked for and shown. */
export const LONGEST_REASON = 500;

/** The reason in a message's content, if it carries one. */
export function reasonIn(content: Readonly<Record<string, unknown>>): string | undefined {
  const reason = content[REASON];
  if (typeof reason !== "string" || reason.trim() === "") return undefined;
  return reason.slice(0, LONGEST_REASON);
}

/** The field for a message that is sent with a reason (docs/messages.md); nothing without one. */
export function withReason(reason: string | undefined): Readonly<Record<string, unknown>> {
  return reason === undefined ? {} : { [REASON]: reason };
}
