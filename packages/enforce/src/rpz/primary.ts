import type { Clock } from "@causeway/base";
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { BlockList, createServer, isIP, type AddressInfo, type Server, type Socket } from "node:net";
import type { TsigKey } from "../dns-wire/index.ts";
import { answersTo, type Answering } from "./answer.ts";
import { Notifier, type NotifyTarget } from "./notify.ts";
import { defaultTimes, type ZoneTimes } from "./zone-text.ts";
import type { RpzZones } from "./zones.ts";

/** How a primary is set up. */
export interface PrimaryOptions {
  readonly zones: RpzZones;
  readonly clock: Clock;
  readonly host: string;
  /** 0 = any. */
  readonly port: number;
  /** The addresses that may ask; loopback unless given. */
  readonly allow?: readonly string[];
  readonly keys?: readonly TsigKey[];
  /** Whether zones are given to nobody without a key; so it is as soon as there are keys. */
  readonly needsKey?: boolean;
  readonly notify?: readonly NotifyTarget[];
  readonly times?: ZoneTimes;
}

/** A name server that serves response-policy zones to secondaries. */
export interface RpzPrimary extends AsyncDisposable {
  readonly port: number;
  /** Takes these keys and secondaries from now on. */
  set(keys: readonly TsigKey[], secondaries: readonly NotifyTarget[]): void;
}

const LARGEST_REQUEST = 4096;
const MOST_CONNECTIONS = 100;
const IDLE_MS = 10_000;

/** Starts a primary on UDP and TCP. Every change of its zones is told to the secondaries at once. */
export async function startPrimary(options: PrimaryOptions): Promise<RpzPrimary> {
  const { zones, clock, times = defaultTimes } = options;
  const now = (): ReturnType<Clock["now"]> => clock.now();
  const answering = {
    find: (name) => zones.find(name),
    keys: options.keys ?? [],
    needsKey: options.needsKey ?? (options.keys ?? []).length > 0,
    times,
    now,
  } satisfies Answering;
  const mayAsk = allowed(options.allow ?? ["127.0.0.1", "::1"]);
  const { udp, tcp, port } = await listenOnBoth(options.host, options.port);
  const send = (message: Buffer, target: NotifyTarget): void =>
    udp.send(message, target.port, target.address, () => undefined);
  const notifier = new Notifier({ send, now, times });
  let targets = options.notify ?? [];
  let isOpen = true;
  zones.onChange((zone) => {
    if (isOpen) notifier.tell(zone, targets);
  });
  udp.on("message", (message, from) => {
    if (message.length < 12) return;
    if (((message[2] ?? 0) & 0x80) !== 0) return notifier.heard(message, from.address);
    if (!mayAsk(from.address)) return;
    for (const answer of answersTo(message, "udp", answering))
      udp.send(answer, from.port, from.address, () => undefined);
  });
  const connections = new Set<Socket>();
  tcp.maxConnections = MOST_CONNECTIONS;
  tcp.on("connection", (socket) => {
    if (!mayAsk(socket.remoteAddress ?? "")) return void socket.destroy();
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
    serve(socket, answering);
  });
  return {
    port,
    set: (otherKeys, secondaries) => {
      answering.keys = otherKeys;
      targets = secondaries;
    },
    [Symbol.asyncDispose]: async () => {
      isOpen = false;
      notifier[Symbol.dispose]();
      for (const socket of connections) socket.destroy();
      udp.close();
      tcp.close();
      await Promise.all([once(udp, "close"), once(tcp, "close")]);
    },
  };
}

function allowed(entries: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", prefix] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => {
    const plain = address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
    const kind = isIP(plain);
    return kind !== 0 && list.check(plain, kind === 6 ? "ipv6" : "ipv4");
  };
}

const PORTS_TRIED = 20;

async function listenOnBoth(
  host: string,
  port: number,
): Promise<{ readonly udp: UdpSocket; readonly tcp: Server; readonly port: number }> {
  for (let tried = 1; ; tried += 1) {
    const udp = createSocket(isIP(host) === 6 ? "udp6" : "udp4");
    udp.bind(port, host);
    await once(udp, "listening");
    const tcp = createServer();
    tcp.listen(udp.address().port, host);
    try {
      await once(tcp, "listening");
      return { udp, tcp, port: (tcp.address() as AddressInfo).port };
    } catch (error) {
      udp.close();
      // Somebody else has the port of this number on TCP.
      if (port !== 0 || tried === PORTS_TRIED) throw error;
    }
  }
}

/** Serves one connection: requests one after the other, each with a two-byte length in front. */
function serve(socket: Socket, answering: Answering): void {
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  let waiting: Buffer = Buffer.alloc(0);
  let turn = Promise.resolve();
  socket.on("data", (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 2) {
      const length = waiting.readUInt16BE(0);
      if (length > LARGEST_REQUEST) return void socket.destroy();
      if (waiting.length < 2 + length) return;
      const request = waiting.subarray(2, 2 + length);
      waiting = waiting.subarray(2 + length);
      turn = turn.then(() => reply(socket, answersTo(request, "tcp", answering))).catch(() => void socket.destroy());
    }
  });
}

async function reply(socket: Socket, answers: Iterable<Buffer>): Promise<void> {
  for (const answer of answers) {
    if (socket.destroyed) return;
    const framed = Buffer.allocUnsafe(answer.length + 2);
    framed.writeUInt16BE(answer.length, 0);
    answer.copy(framed, 2);
    // A whole zone is long: it goes at the reader's pace, and others get their turn.
    if (!socket.write(framed)) await Promise.race([once(socket, "drain"), once(socket, "close")]);
  }
}
