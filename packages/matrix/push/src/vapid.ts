import webPush from "web-push";
import { z } from "zod";

/** The key pair by which push services know this server (RFC 8292). */
export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** Makes a key pair. */
export function newVapidKeys(): VapidKeys {
  return webPush.generateVAPIDKeys();
}

const keys = z.object({
  publicKey: z.string().regex(/^[A-Za-z0-9_-]{87}$/),
  privateKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});

/** Reads a key pair from its file's text. @throws when it is none. */
export function parseVapidKeys(text: string): VapidKeys {
  return keys.parse(JSON.parse(text));
}
