import { RECURSION_DESIRED } from "dns-packet";
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { isIP } from "node:net";
import { readMessage, writeMessage } from "../dns-wire/index.ts";

/** Where a question goes, and as which machine. */
export interface DnsProbe {
  readonly server: string;
  readonly port: number;
  /** The address to ask from: that of the machine, or one that stands for it. */
  readonly from?: string;
  readonly name: string;
  readonly timeoutMs?: number;
}

/** What a resolver answered, in short. */
export type DnsFound = "blocked" | "allowed" | "no-answer";

const PATIENCE_MS = 2000;
const NXDOMAIN = 3;

/** Asks a resolver for a name's address, as a machine would. A name that does not exist, or that has no address, is blocked; a failure is no answer. */
export async function askResolver(probe: DnsProbe): Promise<DnsFound> {
  const socket = createSocket(isIP(probe.server) === 6 ? "udp6" : "udp4");
  const id = randomInt(65_536);
  const { promise, resolve } = Promise.withResolvers<DnsFound>();
  const timer = setTimeout(() => resolve("no-answer"), probe.timeoutMs ?? PATIENCE_MS);
  socket.on("error", () => resolve("no-answer"));
  socket.on("message", (bytes) => {
    if (bytes.length >= 12 && bytes.readUInt16BE(0) === id) resolve(foundIn(bytes));
  });
  try {
    const question = writeMessage({
      type: "query",
      id,
      flags: RECURSION_DESIRED,
      questions: [{ type: "A", name: probe.name }],
    });
    const send = (): void => socket.send(question, probe.port, probe.server, () => undefined);
    if (probe.from === undefined) send();
    else socket.bind(0, probe.from, send);
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}

function foundIn(bytes: Buffer): DnsFound {
  const rcode = bytes.readUInt16BE(2) & 15;
  if (rcode === NXDOMAIN) return "blocked";
  if (rcode !== 0) return "no-answer";
  const answers = readMessage(bytes)?.answers ?? [];
  return answers.some(({ type }) => type === "A" || type === "CNAME") ? "allowed" : "blocked";
}
