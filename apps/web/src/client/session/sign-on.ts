import { numberIn, textIn } from "../read-json.ts";
import type { Shelf } from "./session.ts";
import type { ProviderFault } from "./sign-in-fault.ts";

const KEPT = "causeway.sign-on.";
/** A browser is away no longer than the server waits. */
const AWAY_MS = 15 * 60_000;

/** What a browser brings back from an identity provider. */
export type SignOnReturn =
  | { readonly ok: true; readonly token: string; readonly path: string }
  | { readonly ok: false; readonly fault: ProviderFault; readonly path: string };

/**
 * Where to go to sign in with a provider. That it was begun here, and which page was wanted, is kept under a random name: a token that
 * nobody in this browser asked for is never used, or a link could sign somebody in as somebody else.
 */
export function beginSignOn(
  shelf: Shelf,
  wish: { readonly server: string; readonly provider: string | undefined; readonly path: string; readonly now: number },
): string {
  forgetOld(shelf, wish.now);
  const name = crypto.randomUUID();
  shelf.setItem(KEPT + name, JSON.stringify({ path: wish.path, at: wish.now }));
  const back = new URL("/", wish.server);
  back.searchParams.set("signOn", name);
  const to = wish.provider === undefined ? "" : `/${encodeURIComponent(wish.provider)}`;
  const address = new URL(`/_matrix/client/v3/login/sso/redirect${to}`, wish.server);
  address.searchParams.set("redirectUrl", back.href);
  return address.href;
}

/** Takes up what an address brings back; undefined for any other address. What was kept is used up. */
export function takeReturn(shelf: Shelf, address: URL, now: number): SignOnReturn | undefined {
  const { searchParams: given } = address;
  const [name, token, fault] = [given.get("signOn"), given.get("loginToken"), given.get("signOnFault")];
  if (name === null && token === null && fault === null) return undefined;
  const path = name === null ? undefined : takeKept(shelf, name, { origin: address.origin, now });
  if (path === undefined) return { ok: false, fault: "lapsed", path: "/" };
  return token === null || fault !== null ? { ok: false, fault: faultOf(fault), path } : { ok: true, token, path };
}

function faultOf(said: string | null): ProviderFault {
  const known = ["cancelled", "refused", "no-account", "unreachable"] as const;
  return known.find((one) => one === said) ?? "lapsed";
}

function takeKept(
  shelf: Shelf,
  name: string,
  here: { readonly origin: string; readonly now: number },
): string | undefined {
  const kept = parsed(shelf.getItem(KEPT + name));
  shelf.removeItem(KEPT + name);
  if (kept === undefined || isOld(kept, here.now)) return undefined;
  const to = URL.canParse(textIn(kept, "path"), here.origin) ? new URL(textIn(kept, "path"), here.origin) : undefined;
  return to?.origin === here.origin ? to.pathname + to.search + to.hash : "/";
}

/** Sign-ins that were begun and never came back. */
function forgetOld(shelf: Shelf, now: number): void {
  for (const key of shelf.keys()) {
    if (key.startsWith(KEPT) && isOld(parsed(shelf.getItem(key)), now)) shelf.removeItem(key);
  }
}

function isOld(kept: unknown, now: number): boolean {
  const at = numberIn(kept, "at");
  return at === undefined || now - at > AWAY_MS || at - now > AWAY_MS;
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
