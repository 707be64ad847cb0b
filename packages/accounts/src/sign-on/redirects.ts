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
  const to = new URL(url);
  to.searchParams.delete("loginToken");
  to.searchParams.append("loginToken", token);
  return to.href;
}
