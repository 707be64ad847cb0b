import { hash, randomBytes } from "node:crypto";

/** A new random token; the prefix tells its kind in a leak. */
export function newToken(kind: "access" | "refresh"): string {
  return `${kind === "access" ? "cwa" : "cwr"}_${randomBytes(32).toString("base64url")}`;
}

/** What is kept of a token. */
export function hashToken(token: string): string {
  return hash("sha256", token, "base64url");
}

/** A new device id. */
export function newDeviceId(): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return [...randomBytes(10)].map((byte) => letters[byte % letters.length]).join("");
}
