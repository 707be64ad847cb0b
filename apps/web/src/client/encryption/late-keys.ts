import { MatrixEventEvent, type MatrixClient, type MatrixEvent } from "matrix-js-sdk";
import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";

/** How long after a failure the next try comes; the last one goes on. */
const PAUSES_MS = [1500, 5500, 5500, 10_000, 30_000, 60_000];
/** More are looked at when they are scrolled to again. */
const MOST = 500;

/**
 * Tries again to read what could not be read: a key may reach the backup after the message reached this device.
 * Each try also asks the backup for the key.
 */
export function readLateKeys(client: MatrixClient): () => void {
  const unread = new Set<MatrixEvent>();
  let round = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const plan = (): void => {
    timer ??= setTimeout(() => void tryAgain(), PAUSES_MS[Math.min(round, PAUSES_MS.length - 1)]);
  };
  const tryAgain = async (): Promise<void> => {
    timer = undefined;
    round += 1;
    const crypto = client.getCrypto();
    if (crypto === undefined) return;
    const backend = crypto as CryptoBackend; // the SDK hands out its backend under a narrower type
    for (const event of [...unread]) {
      await event.attemptDecryption(backend, { isRetry: true }).catch(() => undefined);
      if (!event.isDecryptionFailure()) unread.delete(event);
    }
    if (unread.size > 0) plan();
  };
  const looked = (event: MatrixEvent): void => {
    if (!event.isDecryptionFailure()) unread.delete(event);
    else if (!unread.has(event) && unread.size < MOST) {
      unread.add(event);
      round = 0;
      plan();
    }
  };
  client.on(MatrixEventEvent.Decrypted, looked);
  return () => {
    clearTimeout(timer);
    client.off(MatrixEventEvent.Decrypted, looked);
  };
}
