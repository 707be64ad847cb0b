import type { Answered } from "./answered.ts";
import type { JsonView } from "./json-view.ts";

/** One call over HTTP. A path that begins with neither `/_` nor `/causeway/` is one of `/_matrix/client/v3`. */
export interface Call {
  readonly method: "GET" | "PUT" | "POST" | "DELETE" | "PATCH" | "OPTIONS";
  readonly path: string;
  readonly token?: string;
  /** Sent as JSON; a text or bytes are sent as they are. */
  readonly body?: unknown;
  readonly query?: Query;
}

/** A query string, by name; a list gives a name several times. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** A path with each value in it encoded: `` path`/rooms/${room}/state` ``. */
export function path(texts: TemplateStringsArray, ...values: readonly string[]): string {
  return texts.map((text, index) => text + encodeURIComponent(values[index] ?? "")).join("");
}

/** What a person's session is. */
export interface PersonSession {
  readonly userId: string;
  readonly device: string;
  readonly token: string;
}

/** How to ask for a sync beside the token, which a person keeps by themselves. */
export interface SyncWish {
  /** `none`: a first sync. */
  readonly since?: string;
  readonly timeout?: number;
  readonly filter?: object | string;
  readonly query?: Query;
}

let transactions = 0;

/** Somebody who is signed in on one device and speaks to the server over HTTP. */
export class Person {
  readonly userId: string;
  readonly deviceId: string;
  readonly token: string;
  /** How far this device has synced. */
  since: string | undefined;
  #call: (call: Call) => Promise<Answered>;
  #begin: (userId: string, device: string | undefined) => Promise<PersonSession>;

  constructor(
    session: PersonSession,
    server: {
      readonly call: (call: Call) => Promise<Answered>;
      readonly begin: (userId: string, device: string | undefined) => Promise<PersonSession>;
    },
  ) {
    this.userId = session.userId;
    this.deviceId = session.device;
    this.token = session.token;
    this.#call = server.call;
    this.#begin = server.begin;
  }

  /** The same person on another device. */
  async device(name?: string): Promise<Person> {
    return new Person(await this.#begin(this.userId, name), { call: this.#call, begin: this.#begin });
  }

  call(call: Omit<Call, "token">): Promise<Answered> {
    return this.#call({ ...call, token: this.token });
  }

  get(at: string, query?: Query): Promise<Answered> {
    return this.call({ method: "GET", path: at, ...(query === undefined ? {} : { query }) });
  }

  put(at: string, body: unknown = {}, query?: Query): Promise<Answered> {
    return this.call({ method: "PUT", path: at, body, ...(query === undefined ? {} : { query }) });
  }

  post(at: string, body: unknown = {}, query?: Query): Promise<Answered> {
    return this.call({ method: "POST", path: at, body, ...(query === undefined ? {} : { query }) });
  }

  delete(at: string, body?: unknown): Promise<Answered> {
    return this.call({ method: "DELETE", path: at, ...(body === undefined ? {} : { body }) });
  }

  /** Makes a room, and answers its id. */
  async createRoom(wish: object = {}): Promise<string> {
    return (await this.post("/createRoom", wish)).ok().at("room_id").text;
  }

  /** Makes a room and lets others in: each is invited, and joins. */
  async createRoomWith(others: readonly Person[], wish: object = {}): Promise<string> {
    const room = await this.createRoom({ invite: others.map((one) => one.userId), ...wish });
    for (const other of others) (await other.join(room)).ok();
    return room;
  }

  /** Sends a text, or an event of any content, and answers its id. */
  async send(room: string, content: string | object, how: { type?: string; txnId?: string } = {}): Promise<string> {
    const body = typeof content === "string" ? { msgtype: "m.text", body: content } : content;
    return (await this.trySend(room, body, how)).ok().at("event_id").text;
  }

  /** Sends an event, and answers what the server said. */
  trySend(room: string, content: object, how: { type?: string; txnId?: string } = {}): Promise<Answered> {
    transactions += 1;
    return this.put(
      path`/rooms/${room}/send/${how.type ?? "m.room.message"}/${how.txnId ?? `t${transactions}`}`,
      content,
    );
  }

  /** Sets a piece of state. */
  setState(room: string, type: string, piece: { content: object; key?: string }): Promise<Answered> {
    return this.put(path`/rooms/${room}/state/${type}/${piece.key ?? ""}`, piece.content);
  }

  /** Reads a piece of state. */
  state(room: string, type: string, key = ""): Promise<Answered> {
    return this.get(path`/rooms/${room}/state/${type}/${key}`);
  }

  redact(room: string, event: string, reason?: string): Promise<Answered> {
    transactions += 1;
    const body = reason === undefined ? {} : { reason };
    return this.put(path`/rooms/${room}/redact/${event}/${`t${transactions}`}`, body);
  }

  join(room: string): Promise<Answered> {
    return this.post(path`/join/${room}`);
  }

  leave(room: string): Promise<Answered> {
    return this.post(path`/rooms/${room}/leave`);
  }

  /** Does something about somebody's membership. */
  about(what: "invite" | "kick" | "ban" | "unban", room: string, other: Person | string): Promise<Answered> {
    const user = typeof other === "string" ? other : other.userId;
    return this.post(path`/rooms/${room}/${what}`, { user_id: user });
  }

  /** Syncs from where this device is, without waiting unless asked to, and moves on. */
  async sync(wish: SyncWish = {}): Promise<JsonView> {
    const since = wish.since === "none" ? undefined : (wish.since ?? this.since);
    const filter = typeof wish.filter === "object" ? JSON.stringify(wish.filter) : wish.filter;
    const answer = await this.get("/sync", { since, timeout: wish.timeout ?? 0, filter, ...wish.query });
    this.since = answer.ok().at("next_batch").text;
    return answer.json;
  }

  /** Syncs until there is what is looked for. @throws when it does not come. */
  async syncUntil<T>(find: (answer: JsonView) => T | undefined, wish: SyncWish = {}): Promise<T> {
    for (let round = 0; round < 50; round += 1) {
      const found = find(await this.sync({ timeout: 2000, ...wish }));
      if (found !== undefined) return found;
    }
    throw new Error("what was looked for did not come with fifty syncs");
  }
}
