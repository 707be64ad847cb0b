import { randomFillSync } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import { flags, types, UDP_SIZE } from "./constants.ts";
import { skipName, type Query } from "./query.ts";

/** A resolver that questions go to. */
export interface ResolverAt {
  readonly host: string;
  readonly port: number;
}

/** A question on its way. `undefined` is what it comes to when no resolver answers. */
interface Asked {
  readonly message: Buffer;
  readonly questionEnd: number;
  readonly done: (answer: Buffer | undefined) => void;
  attempt: number;
  lane: Lane | undefined;
  id: number;
  due: number;
}

const LANES = 6;
const ATTEMPT_MS = 1000;
const SWEEP_MS = 50;
const TCP_MS = 3000;
const MAX_ATTEMPTS = 4;
const MAX_WAITING = 20_000;
/** After so many questions a lane gets another port. */
const LANE_USES = 20_000;
const DNSSEC_OK = 0x80;

/** Random bytes, made by the thousand: each question takes a few. */
class Dice {
  #bytes = Buffer.alloc(4096);
  #at = 4096;

  word(): number {
    if (this.#at + 2 > this.#bytes.length) {
      randomFillSync(this.#bytes);
      this.#at = 0;
    }
    this.#at += 2;
    return this.#bytes.readUInt16BE(this.#at - 2);
  }
}

/** One socket to one resolver, from a port that the system chose: what does not come from there the kernel drops. */
class Lane {
  readonly socket: Socket;
  readonly asked = new Map<number, Asked>();
  isReady = false;
  isClosed = false;
  uses = 0;

  constructor(
    at: ResolverAt,
    on: { readonly answer: (lane: Lane, bytes: Buffer) => void; readonly error: (lane: Lane) => void },
  ) {
    this.socket = createSocket({ type: isIPv6(at.host) ? "udp6" : "udp4" });
    this.socket.unref();
    this.socket.on("message", (bytes) => on.answer(this, bytes));
    this.socket.on("error", () => on.error(this));
    this.socket.connect(at.port, at.host, () => {
      if (!this.isClosed) this.isReady = true;
    });
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.isReady = false;
    try {
      this.socket.close();
    } catch {
      // Closed by its own error.
    }
  }
}

/**
 * Asks resolvers over UDP, again and another one when there is no answer, and over TCP when an answer is cut short. Ids, ports and the
 * case of the letters are random and have to come back: whoever cannot see the question cannot answer it.
 */
export class Upstream {
  #resolvers: readonly ResolverAt[];
  #lanes: Lane[][];
  #dice = new Dice();
  #waiting = new Set<Asked>();
  #timer: NodeJS.Timeout | undefined;
  #first = 0;
  #turn = 0;
  #isClosed = false;

  constructor(resolvers: readonly ResolverAt[]) {
    this.#resolvers = resolvers;
    this.#lanes = resolvers.map(() => []);
    for (const place of resolvers.keys()) for (let lane = 0; lane < LANES; lane += 1) this.#addLane(place, lane);
  }

  /** Asks what a query asks; the answer is whole, with the name as it was asked upstream. */
  ask(bytes: Buffer, query: Query, done: (answer: Buffer | undefined) => void): void {
    if (this.#resolvers.length === 0 || this.#isClosed || this.#waiting.size >= MAX_WAITING) {
      done(undefined);
      return;
    }
    const asked: Asked = {
      message: this.#messageOf(bytes, query),
      ...{ questionEnd: query.end, done, attempt: 0, lane: undefined, id: 0, due: 0 },
    };
    this.#send(asked);
  }

  /** How many questions have no answer yet. */
  get waiting(): number {
    return this.#waiting.size;
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    for (const lanes of this.#lanes) for (const lane of lanes) lane.close();
    for (const asked of this.#waiting) asked.done(undefined);
    this.#waiting.clear();
  }

  /** Our own question: the name with letters of random case, the client's DO, AD and CD, nothing else of what it sent. */
  #messageOf(bytes: Buffer, query: Query): Buffer {
    const message = Buffer.alloc(query.end + 11);
    bytes.copy(message, 0, 0, query.end);
    message.writeUInt16BE(flags.RD | (query.flags & (flags.AD | flags.CD)), 2);
    message.writeUInt16BE(1, 10);
    let bits = 0;
    for (let at = 12; at < query.end - 4; at += 1) {
      const byte = message[at] ?? 0;
      if ((at & 15) === 12 || at === 12) bits = this.#dice.word();
      const isLetter = (byte | 32) >= 97 && (byte | 32) <= 122;
      // A length is at most 63 and no letter, so every letter here is one of the name.
      if (isLetter) message[at] = (bits & 1) === 0 ? byte | 32 : byte & 0xdf;
      bits >>= 1;
    }
    message.writeUInt16BE(types.OPT, query.end + 1);
    message.writeUInt16BE(UDP_SIZE, query.end + 3);
    if (query.edns?.isDnssec === true) message[query.end + 7] = DNSSEC_OK;
    return message;
  }

  #addLane(place: number, at: number): void {
    const to = this.#resolvers[place];
    const lanes = this.#lanes[place];
    if (to === undefined || lanes === undefined || this.#isClosed) return;
    const lane = new Lane(to, {
      answer: (from, bytes) => this.#answered(from, bytes),
      error: (from) => this.#failed(place, at, from),
    });
    lanes[at] = lane;
  }

  /** A refused port, or a socket that broke: what it carried is asked again elsewhere. */
  #failed(place: number, at: number, lane: Lane): void {
    const lost = [...lane.asked.values()];
    lane.asked.clear();
    if (this.#first === place) this.#first = (place + 1) % this.#resolvers.length;
    if (lane.isClosed) return;
    for (const asked of lost) this.#again(asked);
    if (!lane.isReady) {
      lane.close();
      const retry = setTimeout(() => this.#addLane(place, at), ATTEMPT_MS);
      retry.unref();
    }
  }

  #send(asked: Asked): void {
    const lane = this.#laneFor(asked.attempt);
    asked.due = performance.now() + ATTEMPT_MS;
    this.#waiting.delete(asked);
    this.#waiting.add(asked);
    this.#watch();
    // A lane that is not ready yet is tried again when the attempt is due.
    asked.lane = lane;
    if (lane === undefined) {
      asked.due = performance.now() + SWEEP_MS;
      return;
    }
    let id = this.#dice.word();
    while (lane.asked.has(id)) id = this.#dice.word();
    asked.id = id;
    lane.asked.set(id, asked);
    lane.uses += 1;
    const message = asked.attempt === 0 ? asked.message : Buffer.from(asked.message);
    message.writeUInt16BE(id, 0);
    lane.socket.send(message, noSendError);
  }

  #laneFor(attempt: number): Lane | undefined {
    const place = (this.#first + attempt) % this.#resolvers.length;
    const lanes = this.#lanes[place] ?? [];
    this.#turn = (this.#turn + 1) % LANES;
    const lane = lanes[this.#turn];
    if (lane === undefined || !lane.isReady) return lanes.find((one) => one.isReady);
    if (lane.uses >= LANE_USES && lane.asked.size === 0) {
      lane.close();
      this.#addLane(place, this.#turn);
      return lanes.find((one) => one.isReady);
    }
    return lane;
  }

  #answered(lane: Lane, bytes: Buffer): void {
    if (bytes.length < 12) return;
    const asked = lane.asked.get(bytes.readUInt16BE(0));
    if (asked === undefined || !isAnswerTo(bytes, asked)) return;
    this.#forget(asked);
    const word = bytes.readUInt16BE(2);
    if ((word & flags.TC) !== 0) {
      this.#askWhole(asked);
      return;
    }
    const rcode = word & 15;
    // SERVFAIL and REFUSED are one resolver's trouble; the next may know better.
    const isTroubled = rcode === 2 || rcode === 5;
    if (isTroubled && asked.attempt + 1 < this.#resolvers.length) this.#again(asked);
    else asked.done(bytes);
  }

  #askWhole(asked: Asked): void {
    const at = this.#resolvers[(this.#first + asked.attempt) % this.#resolvers.length];
    if (at === undefined) asked.done(undefined);
    else {
      const message = Buffer.from(asked.message);
      message.writeUInt16BE(this.#dice.word(), 0);
      askOverTcp(at, message, (answer) => {
        const isOurs = answer !== undefined && isAnswerTo(answer, asked) && answer.compare(message, 0, 2, 0, 2) === 0;
        asked.done(isOurs ? answer : undefined);
      });
    }
  }

  #again(asked: Asked): void {
    this.#forget(asked);
    asked.attempt += 1;
    if (asked.attempt >= MAX_ATTEMPTS || this.#isClosed) asked.done(undefined);
    else this.#send(asked);
  }

  #forget(asked: Asked): void {
    this.#waiting.delete(asked);
    asked.lane?.asked.delete(asked.id);
    asked.lane = undefined;
  }

  #watch(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#timer.unref();
  }

  #sweep(): void {
    const now = performance.now();
    if (this.#waiting.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    for (const asked of this.#waiting) {
      if (asked.due > now) continue;
      const wasSent = asked.lane !== undefined;
      if (wasSent && asked.attempt === 0 && this.#resolvers.length > 1)
        this.#first = (this.#first + 1) % this.#resolvers.length;
      this.#again(asked);
    }
  }
}

function noSendError(): void {}

/** Whether a message answers exactly this question, letter by letter. */
function isAnswerTo(bytes: Buffer, { message, questionEnd }: Asked): boolean {
  if (bytes.length < questionEnd || bytes.readUInt16BE(4) !== 1) return false;
  const word = bytes.readUInt16BE(2);
  if ((word & flags.QR) === 0 || (word & 0x7800) !== 0) return false;
  if (skipName(bytes, 12) !== questionEnd - 4) return false;
  return bytes.compare(message, 12, questionEnd, 12, questionEnd) === 0;
}

/** Asks a resolver over TCP. */
function askOverTcp(at: ResolverAt, message: Buffer, done: (answer: Buffer | undefined) => void): void {
  const socket = connect({ host: at.host, port: at.port, noDelay: true });
  let got: Buffer = Buffer.alloc(0);
  let isOver = false;
  const end = (answer: Buffer | undefined): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    socket.destroy();
    done(answer);
  };
  const timer = setTimeout(() => end(undefined), TCP_MS);
  socket.on("error", () => end(undefined));
  socket.on("close", () => end(undefined));
  socket.on("data", (bytes: Buffer) => {
    got = got.length === 0 ? bytes : Buffer.concat([got, bytes]);
    if (got.length >= 2 && got.length >= 2 + got.readUInt16BE(0)) end(got.subarray(2, 2 + got.readUInt16BE(0)));
  });
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  socket.write(Buffer.concat([length, message]));
}
