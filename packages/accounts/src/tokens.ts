import { hash, randomBytes } from "node:crypto";

const TOKEN = /^cw[ar]_[A-Za-z0-9_-]{43}$/;

/** A new random token; the prefix tells its kind in a leak. */
export function newToken(kind: "access" | "refresh"): string {
  return `${kind === "access" ? "cwa" : "cwr"}_${randomBytes(32).toString("base64url")}`;
}

/** Whether a text could be a token at all: what could not is refused without asking the database. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** What is kept of a token. */
export function hashToken(token: string): string {
  return hash("sha256", token, "base64url");
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** A new device id. */
export function newDeviceId(): string {
  return [...randomBytes(10)].map((byte) => LETTERS[byte % LETTERS.length]).join("");
}
