/** A browser and its system, as a person calls them. */
export function browserNameOf(agent: string): string {
  const browser = [/Edg\//, /Firefox\//, /Chrome\//, /Safari\//].findIndex((pattern) => pattern.test(agent));
  const system = /Windows|Mac OS X|Android|iPhone|iPad|Linux/.exec(agent)?.[0] ?? "";
  const name = ["Edge", "Firefox", "Chrome", "Safari"][browser] ?? "Browser";
  return `${name}${system === "" ? "" : `, ${system.replace("Mac OS X", "macOS")}`}`;
}

/** What this device is called in the list of devices, before somebody names it. */
export function ownDeviceName(): string {
  return `Causeway, ${browserNameOf(navigator.userAgent)}`;
}
