/** The address of our page for an address that is blocked: the site and, where it is plain, the path. What else an address holds stays in the browser. */
export function blockAddress(server: string, blocked: URL): string {
  const path = /^[A-Za-z0-9._~/-]*$/.test(blocked.pathname) && blocked.search === "" ? blocked.pathname : "/";
  return `${server}/blocked?url=${blocked.protocol}//${blocked.host}${path}`;
}

/** The address that our page is about; undefined for any other page, and for what cannot be gone back to. */
export function blockedBy(server: string, address: string): URL | undefined {
  if (!address.startsWith(`${server}/blocked?`)) return undefined;
  const given = new URL(address).searchParams.getAll("url");
  const [only] = given;
  return given.length === 1 && only !== undefined ? returnAddress(only) : undefined;
}

/** Whether an address is the server's page of a request for an authorisation: there whoever asked waits. */
export function isRequestPage(server: string, address: string): boolean {
  return address.startsWith(`${server}/access/requests/`);
}

/** An address that a page may be sent to: http or https, and nothing in it that would make it look like another. */
export function returnAddress(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isWeb = url.protocol === "http:" || url.protocol === "https:";
  return isWeb && url.username === "" && url.password === "" && url.hostname !== "" ? url : undefined;
}
