import { instant } from "@causeway/base";
import type { Answer } from "dns-packet";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { checkSignature, readMessage, signMessage, writeMessage, type TsigKey } from "../src/dns-wire/index.ts";

/** What a secondary asks for. */
export interface TransferRequest {
  readonly port: number;
  readonly zone: string;
  readonly type: "AXFR" | "IXFR" | "SOA";
  readonly serial?: number;
  readonly key?: TsigKey;
  readonly now?: number;
}

/** What a secondary got: records in short, whether every message was well signed, and the code of the answer. */
export interface Transferred {
  readonly records: readonly string[];
  readonly isSigned: boolean;
  readonly rcode: number;
  readonly messages: number;
}

/** Asks a primary over TCP, as a secondary does, and reads until the answer is whole. */
export async function transfer(request: TransferRequest): Promise<Transferred> {
  const { port, zone, type, serial, key, now = Date.now() } = request;
  const soa = { mname: ".", rname: ".", serial: serial ?? 0, refresh: 0, retry: 0, expire: 0, minimum: 0 };
  const plain = writeMessage({
    type: "query",
    id: 99,
    questions: [{ type: type as "SOA", name: zone }],
    authorities: serial === undefined ? [] : [{ type: "SOA", name: zone, ttl: 0, data: soa }],
  });
  const signed = key === undefined ? undefined : signMessage(plain, { key, now: instant(now) });
  const socket = connect(port, "127.0.0.1");
  const message = signed?.bytes ?? plain;
  socket.write(Buffer.concat([Buffer.of(message.length >> 8, message.length & 255), message]));
  let waiting: Buffer = Buffer.alloc(0);
  const records: string[] = [];
  let [prior, messages, isSigned, rcode] = [signed?.mac, 0, key !== undefined, 0];
  const serials: number[] = [];
  reading: for await (const chunk of socket) {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
      const bytes = waiting.subarray(2, 2 + waiting.readUInt16BE(0));
      waiting = waiting.subarray(2 + bytes.length);
      if (key !== undefined && prior !== undefined) {
        const checked = checkSignature(bytes, [key], { now: instant(now), prior, isLater: messages > 0 });
        if (checked.kind === "good") prior = checked.mac;
        else isSigned = false;
      }
      messages += 1;
      rcode = bytes.readUInt16BE(2) & 15;
      for (const answer of readMessage(bytes)?.answers ?? []) {
        records.push(inShort(answer));
        if (answer.type === "SOA") serials.push(answer.data.serial ?? 0);
      }
      if (rcode !== 0 || isWhole(type, serials, records)) break reading;
    }
  }
  return { records, isSigned, rcode, messages };
}

function isWhole(type: string, serials: readonly number[], records: readonly string[]): boolean {
  const [first] = serials;
  if (type === "SOA") return true;
  const isTrivial = type === "IXFR" && records.length === 1;
  if (isTrivial) return true;
  const isFull = records[1]?.startsWith("SOA") !== true;
  const lasts = serials.filter((serial) => serial === first).length;
  return serials.length > 1 && serials.at(-1) === first && lasts >= (isFull ? 2 : 3);
}

function inShort(answer: Answer): string {
  if (answer.type === "SOA") return `SOA ${answer.data.serial}`;
  return `${answer.type} ${answer.name} ${String(Reflect.get(answer, "data"))}`;
}

/** A secondary that hears notifications; it answers them when it is told to. */
export interface Listener extends AsyncDisposable {
  readonly port: number;
  readonly heard: Buffer[];
  answers: boolean;
  /** Waits until so many were heard. */
  until(count: number): Promise<void>;
}

/** Listens for notifications. */
export async function listenForNotifications(): Promise<Listener> {
  const socket: Socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  let news = Promise.withResolvers<void>();
  const listener: Listener = {
    port: socket.address().port,
    heard: [],
    answers: true,
    until: async (count) => {
      while (listener.heard.length < count) await news.promise;
    },
    [Symbol.asyncDispose]: async () => {
      socket.close();
      await once(socket, "close");
    },
  };
  socket.on("message", (message, from) => {
    listener.heard.push(message);
    news.resolve();
    news = Promise.withResolvers<void>();
    if (!listener.answers) return;
    const answer = Buffer.from(message.subarray(0, 12));
    answer[2] = (answer[2] ?? 0) | 0x80;
    socket.send(answer, from.port, from.address);
  });
  return listener;
}
