/** A message that the server may not have yet. */
export interface KeptMessage {
  readonly roomId: string;
  /** The server takes a transaction once, however often it is sent. */
  readonly txnId: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** Beyond this the oldest are dropped: somebody who writes so much offline has another problem. */
const MOST = 200;

/** The list with one more. */
export function addKept(kept: readonly KeptMessage[], message: KeptMessage): readonly KeptMessage[] {
  return [...kept, message].slice(-MOST);
}

/** The list without a transaction. */
export function withoutKept(kept: readonly KeptMessage[], txnId: string | undefined): readonly KeptMessage[] {
  return kept.filter((message) => message.txnId !== txnId);
}

/** Reads the list as it was kept; what is not a message of it is left out. */
export function parseKept(text: string | null): readonly KeptMessage[] {
  try {
    const kept: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(kept) ? kept.filter(isKept) : [];
  } catch {
    return [];
  }
}

function isKept(value: unknown): value is KeptMessage {
  const { roomId, txnId, content } = Object(value);
  return typeof roomId === "string" && typeof txnId === "string" && typeof content === "object" && content !== null;
}
