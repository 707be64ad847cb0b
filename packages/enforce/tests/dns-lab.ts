import { createDns, readMessage, writeMessage, type Dns, type DnsLimits } from "@causeway/enforce";
import type { PolicyDocument } from "@causeway/policy";
import {
  AUTHORITATIVE_ANSWER,
  DNSSEC_OK,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  type Answer,
  type OptAnswer,
  type Packet,
} from "dns-packet";
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { connect, createServer, type Server } from "node:net";
import { LabSource, labPolicy, SECRETS } from "./embedded-lab.ts";

/** What the resolver behind the filter answers to a question; undefined: nothing at all. */
export type Zone = (question: {
  readonly name: string;
  readonly type: string;
  readonly query: Packet;
}) => Partial<Packet> | undefined;

/** A resolver that answers from a function, and remembers what it was asked. */
export interface LabResolver extends AsyncDisposable {
  readonly at: string;
  readonly asked: Packet[];
  readonly ports: Set<number>;
  overTcp: number;
  /** Sends what it likes instead of an answer. */
  forge: ((message: Buffer, answer: Buffer) => readonly Buffer[]) | undefined;
}

/** A port that is free for both: other tests take ports at the same time. */
async function onePort(): Promise<{ readonly udp: UdpSocket; readonly tcp: Server; readonly port: number }> {
  for (;;) {
    const udp = createSocket("udp4");
    await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", resolve));
    const { port } = udp.address();
    const tcp = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      tcp.once("error", () => resolve(false));
      tcp.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (isFree) return { udp, tcp, port };
    udp.close();
  }
}

/** Starts a resolver on loopback. */
export async function labResolver(zone: Zone): Promise<LabResolver> {
  const { udp, tcp, port } = await onePort();
  const asked: Packet[] = [];
  const answerTo = (message: Buffer, isTcp: boolean): Buffer | undefined => {
    const query = readMessage(message);
    const question = query?.questions?.[0];
    if (query === undefined || question === undefined) return undefined;
    asked.push(query);
    const found = zone({ name: question.name.toLowerCase(), type: question.type, query });
    if (found === undefined) return undefined;
    const isSecure = query.additionals?.some((one) => one.type === "OPT" && (one.flags ?? 0) !== 0) === true;
    const answer = writeMessage({
      ...{ type: "response", id: query.id ?? 0, questions: [question] },
      additionals: [opt(1232, isSecure)],
      ...found,
      flags: RECURSION_AVAILABLE | RECURSION_DESIRED | AUTHORITATIVE_ANSWER | (found.flags ?? 0),
    });
    // The spelling of the question goes back as it came.
    message.copy(answer, 12, 12, 12 + question.name.length + 2);
    if (isTcp || answer.length <= 1232) return answer;
    const cut = Buffer.from(answer.subarray(0, 12 + question.name.length + 2 + 4));
    cut.writeUInt16BE(cut.readUInt16BE(2) | 0x0200, 2);
    cut.writeUInt32BE(0, 6);
    cut.writeUInt16BE(0, 10);
    return cut;
  };
  tcp.on("connection", (socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (bytes: Buffer) => {
      lab.overTcp += 1;
      const answer = answerTo(bytes.subarray(2), true);
      if (answer !== undefined)
        socket.end(Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 255]), answer]));
    });
  });
  const lab: LabResolver = {
    ...{ at: `127.0.0.1:${port}`, asked, ports: new Set(), overTcp: 0, forge: undefined },
    [Symbol.asyncDispose]: async () => {
      await new Promise<void>((resolve) => udp.close(() => resolve()));
      await new Promise<void>((resolve) => tcp.close(() => resolve()));
    },
  };
  udp.on("message", (message, from) => {
    lab.ports.add(from.port);
    const answer = answerTo(message, false);
    if (answer === undefined) return;
    for (const one of lab.forge?.(message, answer) ?? [answer]) udp.send(one, from.port, from.address);
  });
  return lab;
}

/** Limits for tests. */
export const dnsLimits: DnsLimits = {
  ...{ cacheEntries: 1000, maxTtlSeconds: 60, tcpConnections: 100, tcpConnectionsPerMachine: 20, tcpIdleMs: 5000 },
  amplifiedBytesPerSecond: 1_000_000,
};

/** A filter in front of a resolver. */
export interface DnsLab extends AsyncDisposable {
  readonly source: LabSource;
  readonly dns: Dns;
  readonly port: number;
}

/** Starts a filter. */
export async function dnsLab(
  upstreams: readonly string[],
  options: {
    readonly policy?: PolicyDocument | null;
    readonly pageAddresses?: readonly string[];
    readonly limits?: Partial<DnsLimits>;
  } = {},
): Promise<DnsLab> {
  const source = new LabSource(options.policy === null ? undefined : (options.policy ?? labPolicy()));
  const dns = createDns({
    source,
    credentials: {
      userOfSecret: () => undefined,
      machineOfToken: (token) => (token === SECRETS.machine ? "ma_designated" : undefined),
    },
    ...{ upstreams, pageAddresses: options.pageAddresses ?? [], limits: { ...dnsLimits, ...options.limits } },
    failed: (error) => {
      throw error;
    },
  });
  const url = await dns.listen({ host: "127.0.0.1", port: 0 });
  return {
    source,
    dns,
    port: Number(new URL(url.replace("dns:", "http:")).port),
    [Symbol.asyncDispose]: () => dns.close(),
  };
}

/** How a question is put. */
export interface Ask {
  readonly from?: string;
  readonly flags?: number;
  /** With EDNS of this size. */
  readonly edns?: number;
  readonly dnssec?: boolean;
}

function opt(udpPayloadSize: number, isDnssec: boolean): OptAnswer {
  const about = { extendedRcode: 0, ednsVersion: 0, flags: isDnssec ? DNSSEC_OK : 0, flag_do: isDnssec, options: [] };
  return { type: "OPT", name: ".", udpPayloadSize, ...about };
}

const TYPES: Readonly<Record<string, number>> = {
  ...{ A: 1, NS: 2, CNAME: 5, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SVCB: 64, HTTPS: 65 },
  ...{ TKEY: 249, IXFR: 251, AXFR: 252, MAILB: 253, ANY: 255 },
};

/** Writes a question. */
export function question(name: string, type = "A", ask: Ask = {}): Buffer {
  const isDnssec = ask.dnssec === true;
  const bytes = writeMessage({
    ...{ type: "query", id: 4711, flags: ask.flags ?? RECURSION_DESIRED },
    questions: [{ type: "A", name }],
    ...(ask.edns === undefined && !isDnssec ? {} : { additionals: [opt(ask.edns ?? 1232, isDnssec)] }),
  });
  bytes.writeUInt16BE(TYPES[type] ?? 1, 12 + name.length + 2);
  return bytes;
}

/** Sends bytes over UDP and gives what comes back; undefined when something else that was sent after them is answered first. */
export async function send(port: number, bytes: Buffer, from = "127.0.0.1"): Promise<Buffer> {
  const socket = createSocket("udp4");
  try {
    await new Promise<void>((resolve) => socket.bind(0, from, resolve));
    return await new Promise((resolve) => {
      socket.once("message", resolve);
      socket.send(bytes, port, "127.0.0.1");
    });
  } finally {
    socket.close();
  }
}

/** Asks over UDP. */
export async function askDns(
  lab: Pick<DnsLab, "port">,
  name: string,
  ask: Ask & { readonly type?: string } = {},
): Promise<Packet & { readonly bytes: Buffer; readonly code: number; readonly word: number }> {
  const bytes = await send(lab.port, question(name, ask.type, ask), ask.from);
  const packet = readMessage(bytes);
  if (packet === undefined) throw new Error("the answer is no message");
  const word = bytes.readUInt16BE(2);
  return { ...packet, bytes, code: word & 15, word };
}

/** Asks over TCP, several messages at once. */
export async function askTcp(port: number, messages: readonly Buffer[]): Promise<readonly Buffer[]> {
  const socket = connect(port, "127.0.0.1");
  const all = messages.map((one) => Buffer.concat([Buffer.from([one.length >> 8, one.length & 255]), one]));
  socket.write(Buffer.concat(all));
  return await new Promise((resolve, reject) => {
    let got: Buffer = Buffer.alloc(0);
    const answers: Buffer[] = [];
    socket.on("error", reject);
    socket.on("data", (bytes: Buffer) => {
      got = Buffer.concat([got, bytes]);
      while (got.length >= 2 && got.length >= 2 + got.readUInt16BE(0)) {
        answers.push(got.subarray(2, 2 + got.readUInt16BE(0)));
        got = got.subarray(2 + got.readUInt16BE(0));
      }
      if (answers.length < messages.length) return;
      socket.destroy();
      resolve(answers);
    });
  });
}

/** A record of a type that the library does not know. */
export function rawAnswer(name: string, type: number, data: Buffer): Answer {
  // The library writes such records, but has no type for them.
  return { type: `UNKNOWN_${type}`, name, ttl: 60, data } as unknown as Answer;
}

/** A text record. */
export function textAnswer(name: string, data: string): Answer {
  return { type: "TXT", name, ttl: 60, data };
}
