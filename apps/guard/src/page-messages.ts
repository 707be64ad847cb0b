/** What a page of the server tells the guard, or asks. */
export type PageMessage =
  /** Who is signed in. */
  | { readonly type: "ticket"; readonly ticket: string }
  /** Nobody is signed in any more. */
  | { readonly type: "forget" }
  | { readonly type: "state" };

/** Who sent a message, as the browser says it. */
export interface PageSender {
  readonly id?: string | undefined;
  readonly origin?: string | undefined;
  readonly frameId?: number | undefined;
}

const TICKET = /^[\x21-\x7e]{1,1024}$/;

/** Hears only pages of the server itself, in a tab of their own: no other page, no frame, no other extension. */
export function hearPage(message: unknown, sender: PageSender, server: string): PageMessage | undefined {
  if (sender.id !== undefined || sender.origin !== new URL(server).origin || sender.frameId !== 0) return undefined;
  const { type, ticket } = Object(message);
  if (type === "forget" || type === "state") return { type };
  return type === "ticket" && typeof ticket === "string" && TICKET.test(ticket) ? { type, ticket } : undefined;
}
