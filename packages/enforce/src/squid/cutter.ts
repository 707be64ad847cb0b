import type { Log } from "@causeway/platform";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";

/** A connection as the machine that holds it sees its other end. */
export interface PeerOfConnection {
  readonly address: string;
  readonly port: number;
}

/** Ends connections of another program on this machine. */
export interface Cutter {
  /** Ends them; false when that is not possible, which is logged with what to do. */
  cut(peers: readonly PeerOfConnection[]): Promise<boolean>;
  /** Tries it on a connection of its own. */
  canCut(): Promise<boolean>;
}

const run = promisify(execFile);
const PEERS_A_CALL = 50;
const PATIENCE_MS = 10_000;
const CUT_WITHIN_MS = 1000;

/** What operators are told when connections cannot be ended. */
const ADVICE =
  "open tunnels cannot be cut: `ss -K` needs CAP_NET_ADMIN and a kernel with CONFIG_INET_DIAG_DESTROY; see docs/runbooks/points.md";

/** A cutter that runs `ss -K`; `command` is the program with what comes before its arguments (`["sudo", "-n", "ss"]`). */
export function socketCutter(command: readonly string[], log: Log): Cutter {
  const kill = async (peers: readonly PeerOfConnection[]): Promise<boolean> => {
    const filter = peers.map(({ address, port }) => `( dst ${inFilter(address)} and dport = :${port} )`).join(" or ");
    const [program = "ss", ...first] = command;
    const { stderr } = await run(program, [...first, "-K", "-H", "-t", "-n", filter], { timeout: PATIENCE_MS });
    return !/not permitted|not supported|denied/i.test(stderr);
  };
  const cut = async (peers: readonly PeerOfConnection[]): Promise<boolean> => {
    try {
      for (let at = 0; at < peers.length; at += PEERS_A_CALL)
        if (!(await kill(peers.slice(at, at + PEERS_A_CALL)))) throw new Error("ss");
      return true;
    } catch {
      log.error(ADVICE, { connections: peers.length });
      return false;
    }
  };
  return { cut, canCut: () => tried(cut) };
}

function inFilter(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

/** Makes a connection to itself, has it cut, and sees whether it ends. */
async function tried(cut: Cutter["cut"]): Promise<boolean> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.on("error", () => undefined);
  await once(client, "connect");
  const [held]: Socket[] = await accepted;
  try {
    if (held === undefined) return false;
    held.on("error", () => undefined);
    // NOTE A connection that is cut ends with an error first, for which `once` would reject.
    const ended = new Promise<boolean>((resolve) => held.on("close", () => resolve(true)));
    if (!(await cut([{ address: client.localAddress ?? "", port: client.localPort ?? 0 }]))) return false;
    return await Promise.race([ended, wait(CUT_WITHIN_MS, false, { ref: false })]);
  } finally {
    client.destroy();
    held?.destroy();
    server.close();
  }
}
