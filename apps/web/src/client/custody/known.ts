import type { CustodyView } from "./custody-api.ts";
import type { GoodCustodian, Masters } from "./custodians.ts";

/** What the person's own devices remember of custody, where the server can neither read nor write it. */
export interface Known {
  /** Counted up with each change: an older one that the server shows again is told by it. */
  readonly version: number;
  readonly masters: Masters;
  /** When shares were made last, and the keys to which they were sealed. */
  readonly shared?: { readonly at: number; readonly keys: Masters };
}

/** Nothing is known yet. */
export const NOTHING_KNOWN: Known = { version: 0, masters: {} };

/** Reads what was kept; what is none counts as nothing. */
export function readKnown(text: string | undefined): Known {
  try {
    const { version, masters, shared }: Readonly<Record<string, unknown>> = Object(JSON.parse(text ?? "null"));
    if (typeof version !== "number") return NOTHING_KNOWN;
    const { at, keys }: Readonly<Record<string, unknown>> = Object(shared);
    return {
      version,
      masters: texts(masters),
      ...(typeof at === "number" ? { shared: { at, keys: texts(keys) } } : {}),
    };
  } catch {
    return NOTHING_KNOWN;
  }
}

function texts(given: unknown): Masters {
  return Object.fromEntries(
    Object.entries(Object(given)).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** The newer of what this device and what the account's storage remember. */
export function newer(here: Known, stored: Known): Known {
  return stored.version > here.version ? stored : here;
}

/** Whether the shares that the server has are those that were made last, for custodians who still have the same keys. */
export function areCurrent(
  shares: NonNullable<CustodyView["shares"]>,
  known: Known,
  good: readonly GoodCustodian[],
): boolean {
  const { shared } = known;
  if (shared === undefined || !shares.current || shares.shared_at !== shared.at) return false;
  return shares.custodians.every((userId) => {
    const key = good.find((one) => one.userId === userId)?.publicKey;
    return key !== undefined && key === shared.keys[userId];
  });
}
