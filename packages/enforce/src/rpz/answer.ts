import type { Instant } from "@causeway/base";
import { AUTHORITATIVE_ANSWER, type Answer, type Question } from "dns-packet";
import {
  checkSignature,
  readMessage,
  refuseSignature,
  signMessage,
  writeMessage,
  type TsigChecked,
  type TsigKey,
} from "../dns-wire/index.ts";
import { nsOf, soaOf, wholeZone, zoneSince } from "./records.ts";
import type { ZoneState } from "./zone.ts";
import type { ZoneTimes } from "./zone-text.ts";

/** What answers are made from. */
export interface Answering {
  readonly find: (zone: string) => ZoneState | undefined;
  readonly keys: readonly TsigKey[];
  /** Whether zones are given to nobody without a key. */
  readonly needsKey: boolean;
  readonly times: ZoneTimes;
  readonly now: () => Instant;
}

const rcodes = { FORMERR: 1, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, NOTAUTH: 9 } as const;
const HEADER_BYTES = 12;
/** So many records always fit into a message, with a signature. */
const RECORDS_A_MESSAGE = 200;
const UDP_LIMIT = 512;
const TRUNCATED = 0x02;

/** The messages that answer a request; none for what is no request. */
export function* answersTo(request: Buffer, over: "udp" | "tcp", answering: Answering): Generator<Buffer> {
  if (request.length < HEADER_BYTES || isResponse(request)) return;
  const now = answering.now();
  const checked = checkSignature(request, answering.keys, { now });
  if (checked.kind === "malformed") return yield refusal(request, "FORMERR");
  if (checked.kind === "bad") return yield badSignature(request, checked, now);
  const signer = signerFor(checked, answering);
  for (const message of plainAnswers(request, { over, checked, answering })) yield signer(message);
}

function isResponse(message: Buffer): boolean {
  return ((message[2] ?? 0) & 0x80) !== 0;
}

function opcodeOf(message: Buffer): number {
  return ((message[2] ?? 0) >> 3) & 0x0f;
}

function badSignature(request: Buffer, bad: TsigChecked & { readonly kind: "bad" }, now: Instant): Buffer {
  const message = refusal(request, "NOTAUTH");
  // Only who has shown that it holds the key is told the time under it.
  if (bad.error === "BADTIME" && bad.key !== undefined && bad.mac !== undefined)
    return signMessage(message, { key: bad.key, now, prior: bad.mac, error: "BADTIME" }).bytes;
  return refuseSignature(message, { keyName: bad.keyName, error: bad.error, now });
}

function signerFor(checked: TsigChecked, { now }: Answering): (message: Buffer) => Buffer {
  if (checked.kind !== "good") return (message) => message;
  let prior = checked.mac;
  let isLater = false;
  return (message) => {
    const signed = signMessage(message, { key: checked.key, now: now(), prior, isLater });
    prior = signed.mac;
    isLater = true;
    return signed.bytes;
  };
}

function* plainAnswers(
  request: Buffer,
  asked: { readonly over: "udp" | "tcp"; readonly checked: TsigChecked; readonly answering: Answering },
): Generator<Buffer> {
  const { over, checked, answering } = asked;
  if (opcodeOf(request) !== 0) return yield refusal(request, "NOTIMP");
  const packet = readMessage(request);
  const question = packet?.questions?.[0];
  if (packet === undefined || question === undefined || packet.questions?.length !== 1)
    return yield refusal(request, "FORMERR");
  const zone = answering.find(question.name.toLowerCase());
  if (zone === undefined) return yield refusal(request, "REFUSED", question);
  if (answering.needsKey && checked.kind !== "good") return yield refusal(request, "REFUSED", question);
  const { times } = answering;
  const head = { request, question, over };
  // NOTE The type list of dns-packet's types lacks IXFR.
  const type: string = question.type;
  if (type === "SOA") return yield* answers(head, [soaOf(zone.name, zone.serial, times)]);
  if (type === "NS") return yield* answers(head, [nsOf(zone.name, times)]);
  // Over UDP the serial alone is told: who sees a newer one asks again over TCP (RFC 1995, 2).
  if (over === "udp" && type === "IXFR") return yield* answers(head, [soaOf(zone.name, zone.serial, times)]);
  if (over === "udp" && type === "AXFR") return yield refusal(request, "FORMERR", question);
  if (type === "AXFR") return yield* answers(head, wholeZone(zone, times));
  if (type !== "IXFR") return yield refusal(request, "REFUSED", question);
  const known = packet.authorities?.find((record) => record.type === "SOA");
  if (known?.type !== "SOA") return yield refusal(request, "FORMERR", question);
  yield* answers(head, zoneSince(zone, known.data.serial ?? 0, times));
}

interface Head {
  readonly request: Buffer;
  readonly question: Question;
  readonly over: "udp" | "tcp";
}

function* answers(head: Head, records: Iterable<Answer>): Generator<Buffer> {
  let batch: Answer[] = [];
  let isFirst = true;
  const message = (): Buffer => {
    const bytes = writeMessage({
      type: "response",
      id: head.request.readUInt16BE(0),
      flags: AUTHORITATIVE_ANSWER,
      questions: isFirst ? [head.question] : [],
      answers: batch,
    });
    isFirst = false;
    batch = [];
    return bytes;
  };
  for (const record of records) {
    batch.push(record);
    if (batch.length === RECORDS_A_MESSAGE) yield message();
  }
  if (batch.length === 0 && !isFirst) return;
  const last = message();
  if (head.over === "udp" && last.length > UDP_LIMIT) {
    last[2] = (last[2] ?? 0) | TRUNCATED;
    yield last.subarray(0, UDP_LIMIT);
  } else yield last;
}

function refusal(request: Buffer, why: keyof typeof rcodes, question?: Question): Buffer {
  const bytes = writeMessage({
    type: "response",
    id: request.readUInt16BE(0),
    flags: rcodes[why],
    questions: question === undefined ? [] : [question],
  });
  // The answer repeats what was to be done and whether recursion was wanted.
  bytes[2] = (bytes[2] ?? 0) | ((request[2] ?? 0) & 0x79);
  return bytes;
}
