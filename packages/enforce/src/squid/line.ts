/** What Squid asks, in the order of `HELPER_FORMAT`. */
export interface SquidQuestion {
  readonly channel: string;
  /** The client's address and port: together they are one connection. */
  readonly address: string;
  readonly port: number;
  readonly host: string;
  /** The name in the TLS hello, once Squid has looked at it. */
  readonly serverName: string | undefined;
  readonly login: string | undefined;
}

/** What Squid puts into a question, for `external_acl_type`. */
export const HELPER_FORMAT = "%>a %>p %>rd %ssl::>sni %un";

const FIELDS = 5;
const LONGEST_FIELD = 4096;

/** Reads one line; the channel alone when the rest makes no sense, so that Squid gets an answer; nothing when even that is missing. */
export function readQuestion(line: string): SquidQuestion | { readonly channel: string } | undefined {
  const [channel = "", ...raw] = line.trim().split(/ +/);
  if (!/^[0-9]{1,10}$/.test(channel)) return undefined;
  const fields = raw.slice(0, FIELDS).map(unescaped);
  const [address, port, host, serverName, login] = fields;
  const isWhole = fields.length === FIELDS && !fields.includes(undefined);
  if (!isWhole || address === undefined || host === undefined || !/^[0-9]{1,5}$/.test(port ?? "")) return { channel };
  return { channel, address, port: Number(port), host, serverName: given(serverName), login: given(login) };
}

function unescaped(field: string): string | undefined {
  if (field.length > LONGEST_FIELD) return undefined;
  try {
    return decodeURIComponent(field);
  } catch {
    return undefined;
  }
}

/** Squid writes `-` for what it does not know. */
function given(field: string | undefined): string | undefined {
  return field === undefined || field === "-" || field === "" ? undefined : field;
}

/** What Squid is told: yes, no with a word for the page, or that the question made no sense (which Squid takes for no). */
export type SquidAnswer =
  | { readonly kind: "yes" }
  | { readonly kind: "no"; readonly message: string; readonly tag: string }
  | { readonly kind: "nonsense" };

/** Writes an answer. */
export function writeAnswer(channel: string, answer: SquidAnswer): string {
  if (answer.kind === "yes") return `${channel} OK\n`;
  if (answer.kind === "nonsense") return `${channel} BH message=nonsense\n`;
  return `${channel} ERR message=${encodeURIComponent(answer.message)} tag=${encodeURIComponent(answer.tag)}\n`;
}
