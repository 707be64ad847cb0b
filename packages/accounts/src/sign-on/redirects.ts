/**
 * Where a browser may be sent with a login token: to what begins, by whole path segments, with an allowed address. What is answered is
 * the address as the parser understood it, so that no browser can understand it otherwise.
 */
export function allowedRedirect(text: string, allowed: readonly string[]): URL | undefined {
  const wanted = parse(text);
  if (wanted === undefined || wanted.username !== "" || wanted.password !== "") return undefined;
  for (const one of allowed) {
    const base = parse(one);
    if (base !== undefined && begins(wanted, base)) return wanted;
  }
  return undefined;
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function begins(wanted: URL, base: URL): boolean {
  if (wanted.protocol !== base.protocol || wanted.host !== base.host) return false;
  const path = base.pathname.endsWith("/") ? base.pathname : `${base.pathname}/`;
  return wanted.pathname === base.pathname || `${wanted.pathname}/` === path || wanted.pathname.startsWith(path);
}

/** The address with the token in its query (client-server API, "SSO client login"). */
export function withLoginToken(url: URL, token: string): string {
  return withOne(url, "loginToken", token);
}

/** Why a sign-in with a provider came to nothing, as our own client is told. */
export type SignOnFault = "cancelled" | "refused" | "no-account" | "unreachable";

/** The address with what went wrong in its query: for our own client, which says it in the person's language. */
export function withSignOnFault(url: URL, fault: SignOnFault): string {
  return withOne(url, "signOnFault", fault);
}

function withOne(url: URL, name: string, value: string): string {
  const to = new URL(url);
  to.searchParams.delete(name);
  to.searchParams.append(name, value);
  return to.href;
}
