import { hashToken } from "../tokens.ts";

/** The cookie that binds one sign-in to the browser that began it. */
export interface BrowserCookie {
  readonly name: string;
  readonly isSecure: boolean;
}

/** The cookie of a state: one for each sign-in under way, so that two tabs do not disturb each other. */
export function cookieOf(state: string, publicUrl: string): BrowserCookie {
  const isSecure = publicUrl.startsWith("https:");
  return { name: `${isSecure ? "__Host-" : ""}causeway-sso-${hashToken(state).slice(0, 16)}`, isSecure };
}

/** Gives it to the browser; it comes back with the provider's redirect, and no script sees it. */
export function setCookie(cookie: BrowserCookie, value: string, seconds: number): string {
  const flags = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}`;
  return `${cookie.name}=${value}; ${flags}${cookie.isSecure ? "; Secure" : ""}`;
}

/** What the browser sent for it. */
export function readCookie(header: string | undefined, cookie: BrowserCookie): string | undefined {
  for (const part of (header ?? "").split(";")) {
    const [name = "", value = ""] = part.trim().split("=", 2);
    if (name === cookie.name) return value;
  }
  return undefined;
}
