/** Whether an address is at one of the hosts: `host`, `host:port`, or `*.domain` for what is under it. */
export function isAllowedHost(url: URL, hosts: readonly string[]): boolean {
  return hosts.some((host) => {
    const isUnder = host.startsWith("*.");
    const [name = "", port = ""] = (isUnder ? host.slice(2) : host).split(":");
    if (url.port !== port) return false;
    return isUnder ? url.hostname.endsWith(`.${name}`) : url.hostname === name;
  });
}
