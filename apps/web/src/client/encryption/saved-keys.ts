import type { MatrixClient } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/index.js";
import { numberIn } from "../read-json.ts";

/** The library sends a new key to the backup within ten seconds, at a moment of its own choice. */
const LONGEST_MS = 15_000;
const LOOK_EVERY_MS = 500;

/**
 * Waits until the backup has every key that this device holds: what is signed out too early would take the only key of a message along.
 * Gives up after a while, and at once without a connection.
 */
export async function keysSaved(client: MatrixClient): Promise<void> {
  const until = Date.now() + LONGEST_MS;
  const isActive = (await client.getCrypto()?.getActiveSessionBackupVersion()) ?? null;
  if (isActive === null) return;
  while (navigator.onLine && Date.now() < until && (await hasUnsaved(client))) await news(client);
}

/** NOTE The SDK counts and does not show it; without the count there is nothing to wait for. */
async function hasUnsaved(client: MatrixClient): Promise<boolean> {
  const machine: unknown = Reflect.get(Object(client.getCrypto()), "olmMachine");
  const count: unknown = Reflect.get(Object(machine), "roomKeyCounts");
  if (typeof count !== "function") return false;
  const counts: unknown = await Promise.resolve(count.call(machine)).catch(() => undefined);
  return (numberIn(counts, "total") ?? 0) > (numberIn(counts, "backedUp") ?? 0);
}

function news(client: MatrixClient): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      client.off(CryptoEvent.KeyBackupSessionsRemaining, over);
      resolve();
    };
    const timer = setTimeout(over, LOOK_EVERY_MS);
    client.on(CryptoEvent.KeyBackupSessionsRemaining, over);
  });
}
