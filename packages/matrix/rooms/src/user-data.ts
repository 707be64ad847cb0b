import {
  canonicalJson,
  failure,
  failureAs,
  ok,
  parseUserId,
  type Result,
  type RoomId,
  type UserId,
} from "@causeway/base";
import { noChanges, rulesetOf, withRulesOf, type RuleChanges, type Ruleset } from "@causeway/matrix-push-rules";
import { Turns, UnmetExpectation, type Database } from "@causeway/platform";
import { readChanges } from "./rule-changes.ts";
import {
  accountDataChanged,
  addFilter,
  allAccountData,
  filtersOf,
  findAccountData,
  findFilter,
  putAccountDataRow,
  type AccountDataRow,
} from "./store-user-data.ts";

/** Told of account data after its commit, in the order of positions. Must not throw. */
export interface UserDataListener {
  accountDataChanged(
    user: UserId,
    change: { readonly roomId: string | undefined; readonly datum: AccountDatumText; readonly pos: number },
  ): void;
}

/** Tags of a room by name. */
export type Tags = Readonly<Record<string, unknown>>;

/** A piece of account data as clients get it: the JSON of the whole event. */
export interface AccountDatumText {
  readonly type: string;
  readonly text: string;
}

/** Types that the server writes itself. */
const OWN_TYPES = ["m.fully_read", "m.push_rules"];
const TAG = "m.tag";
const DIRECT = "m.direct";
/** The people whom somebody ignores (client-server API, "Ignoring users"). */
const IGNORED = "m.ignored_user_list";
const MAX_IGNORED = 1000;
const NOBODY: ReadonlySet<UserId> = new Set();
/** Where a person's differences from the default push rules are kept. */
const RULES = "m.push_rules";
const MAX_CONTENT_BYTES = 262_144;
const MAX_FILTERS = 1000;

function textOf(type: string, content: string): AccountDatumText {
  return { type, text: `{"type":${JSON.stringify(type)},"content":${content}}` };
}

/** What people keep for themselves: account data, tags, push rules, filters. */
export class UserData {
  #db: Database;
  #listener: UserDataListener;
  #rulesChanged: (user: UserId, changes: RuleChanges) => void;
  #rules = new Map<UserId, Promise<{ readonly changes: RuleChanges; readonly rules: Ruleset }>>();
  #turns = new Turns();
  #ignored = new Map<UserId, Promise<ReadonlySet<UserId>>>();

  /** `rulesChanged` is told of push rules as they are kept. */
  constructor(db: Database, listener: UserDataListener, rulesChanged: (user: UserId, changes: RuleChanges) => void) {
    this.#db = db;
    this.#listener = listener;
    this.#rulesChanged = rulesChanged;
  }

  /** Keeps a piece of account data that a client may write. */
  async put(
    user: UserId,
    which: { readonly roomId: string; readonly type: string },
    content: object,
  ): Promise<Result<object>> {
    if (OWN_TYPES.includes(which.type))
      return failureAs(405, "M_BAD_JSON", "This type is written by the server; use its own endpoint.");
    return await this.keep(user, which, content);
  }

  /** Keeps a piece of account data of any type. */
  async keep(
    user: UserId,
    which: { readonly roomId: string; readonly type: string },
    content: object,
  ): Promise<Result<object>> {
    const text = JSON.stringify(content);
    if (text.length > MAX_CONTENT_BYTES) return failure("M_TOO_LARGE");
    const tx = this.#db.begin();
    const pos = tx.position();
    putAccountDataRow(tx, user, { ...which, content: text, pos });
    tx.onCommitted(() => this.#tell(user, { ...which, content: text }, pos));
    await tx.commit();
    return ok({});
  }

  #tell(user: UserId, row: AccountDataRow, pos: number): void {
    const content = row.type === RULES && row.roomId === "" ? this.#rulesText(user, row.content) : row.content;
    if (row.type === RULES && row.roomId === "") {
      this.#rules.delete(user);
      this.#rulesChanged(user, readChanges(row.content));
    }
    if (row.type === IGNORED) this.#ignored.delete(user);
    this.#listener.accountDataChanged(user, {
      roomId: row.roomId === "" ? undefined : row.roomId,
      datum: textOf(row.type, content),
      pos,
    });
  }

  #rulesText(user: UserId, changes: string): string {
    return JSON.stringify({ global: rulesetOf(user, readChanges(changes)) });
  }

  /** A piece of account data, parsed. */
  async get(
    user: UserId,
    which: { readonly roomId: string; readonly type: string },
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    if (which.roomId === "" && which.type === RULES) return { global: await this.rulesOf(user) };
    const content = await findAccountData(this.#db, user, which);
    return content === undefined ? undefined : { ...JSON.parse(content) };
  }

  /** Somebody's push rules; from memory after the first question. */
  async rulesOf(user: UserId): Promise<Ruleset> {
    return (await this.#rulesAndChanges(user)).rules;
  }

  /** What somebody has changed of the default push rules. */
  async ruleChangesOf(user: UserId): Promise<RuleChanges> {
    return (await this.#rulesAndChanges(user)).changes;
  }

  #rulesAndChanges(user: UserId): Promise<{ readonly changes: RuleChanges; readonly rules: Ruleset }> {
    const known = this.#rules.get(user);
    if (known !== undefined) return known;
    const reading = findAccountData(this.#db, user, { roomId: "", type: RULES }).then((content) => {
      const changes = content === undefined ? noChanges : readChanges(content);
      return { changes, rules: rulesetOf(user, changes) };
    });
    this.#rules.set(user, reading);
    reading.catch(() => this.#rules.delete(user));
    for (const oldest of this.#rules.keys()) {
      if (this.#rules.size <= 50_000) break;
      this.#rules.delete(oldest);
    }
    return reading;
  }

  /** Whom somebody ignores; from memory after the first question. */
  ignoredBy(user: UserId): Promise<ReadonlySet<UserId>> {
    const known = this.#ignored.get(user);
    if (known !== undefined) return known;
    const reading = findAccountData(this.#db, user, { roomId: "", type: IGNORED }).then(readIgnored);
    this.#ignored.set(user, reading);
    reading.catch(() => this.#ignored.delete(user));
    for (const oldest of this.#ignored.keys()) {
      if (this.#ignored.size <= 50_000) break;
      this.#ignored.delete(oldest);
    }
    return reading;
  }

  /** Changes somebody's push rules, one change after another. */
  editRules(user: UserId, edit: (changes: RuleChanges) => Result<RuleChanges>): Promise<Result<object>> {
    return this.#turns.run(user, async () => {
      const before = await this.ruleChangesOf(user);
      const after = edit(before);
      if (!after.ok || after.value === before) return after.ok ? ok({}) : after;
      return await this.keep(user, { roomId: "", type: RULES }, after.value);
    });
  }

  /** Changes somebody's tags of a room, one change after another. */
  editTags(user: UserId, roomId: string, edit: (tags: Tags) => Result<Tags>): Promise<Result<object>> {
    return this.#turns.run(user, async () => {
      const after = edit(await this.tagsOf(user, roomId));
      return after.ok ? await this.keep(user, { roomId, type: TAG }, { tags: after.value }) : after;
    });
  }

  /** Somebody's tags of a room. */
  async tagsOf(user: UserId, roomId: string): Promise<Tags> {
    const tags = (await this.get(user, { roomId, type: TAG }))?.["tags"];
    return typeof tags === "object" && tags !== null ? { ...tags } : {};
  }

  /** Takes somebody's tags, rules and direct chats of one room along to another that replaces it; what is there already stays. */
  async carryOver(user: UserId, from: RoomId, to: RoomId): Promise<void> {
    const tags = await this.get(user, { roomId: from, type: TAG });
    if (tags !== undefined && (await this.get(user, { roomId: to, type: TAG })) === undefined)
      await this.keep(user, { roomId: to, type: TAG }, tags);
    await this.editRules(user, (changes) => ok(withRulesOf(changes, from, to)));
    const direct = await this.get(user, { roomId: "", type: DIRECT });
    const lists = Object.entries(direct ?? {}).map(([other, rooms]) => {
      const isOne = Array.isArray(rooms) && rooms.includes(from) && !rooms.includes(to);
      return [other, isOne ? [...rooms, to] : rooms] as const;
    });
    if (direct !== undefined && lists.some(([other, rooms]) => rooms !== direct[other]))
      await this.keep(user, { roomId: "", type: DIRECT }, Object.fromEntries(lists));
  }

  /** Marks a room as a direct chat with somebody, in front of others with them; one after another with what else is done so. */
  addDirect(user: UserId, other: UserId, roomId: RoomId): Promise<Result<object>> {
    return this.#turns.run(user, async () => {
      const now = (await this.get(user, { roomId: "", type: DIRECT })) ?? {};
      const before: readonly unknown[] = Array.isArray(now[other]) ? now[other] : [];
      if (before.includes(roomId)) return ok({});
      return await this.keep(user, { roomId: "", type: DIRECT }, { ...now, [other]: [roomId, ...before] });
    });
  }

  /** Account data that is not of a room, changed in `(from, to]`. */
  async globalChangedSince(user: UserId, from: number, to: number): Promise<readonly AccountDatumText[]> {
    return this.#global(user, await accountDataChanged(this.#db, user, { from, to }), false);
  }

  /** Account data of rooms, changed in `(from, to]`, by room. */
  async roomChangedSince(
    user: UserId,
    from: number,
    to: number,
  ): Promise<ReadonlyMap<string, readonly AccountDatumText[]>> {
    return byRoom(await accountDataChanged(this.#db, user, { from, to }));
  }

  /** All account data that is not of a room, the push rules always among it. */
  async allGlobal(user: UserId): Promise<readonly AccountDatumText[]> {
    return this.#global(user, await allAccountData(this.#db, user), true);
  }

  #global(user: UserId, rows: readonly AccountDataRow[], withRules: boolean): readonly AccountDatumText[] {
    const own = rows.filter((row) => row.roomId === "");
    const texts = own.map((row) =>
      textOf(row.type, row.type === RULES ? this.#rulesText(user, row.content) : row.content),
    );
    if (withRules && !own.some((row) => row.type === RULES))
      texts.push(textOf(RULES, this.#rulesText(user, JSON.stringify(noChanges))));
    return texts;
  }

  /** All account data of rooms, by room. */
  async allRoom(user: UserId): Promise<ReadonlyMap<string, readonly AccountDatumText[]>> {
    return byRoom(await allAccountData(this.#db, user));
  }

  /** Keeps a filter; the same one again has the same id. */
  async addFilter(user: UserId, filter: object): Promise<Result<object>> {
    const text = canonicalJson(filter);
    if (text.length > 65_536) return failure("M_TOO_LARGE");
    for (;;) {
      const known = await filtersOf(this.#db, user);
      const same = known.find((row) => row.filter === text);
      if (same !== undefined) return ok({ filter_id: String(same.filter_id) });
      if (known.length >= MAX_FILTERS) return failure("M_TOO_LARGE", "There are too many filters.");
      const id = Math.max(0, ...known.map((row) => row.filter_id)) + 1;
      const tx = this.#db.begin();
      addFilter(tx, user, { id, filter: text });
      try {
        await tx.commit();
        return ok({ filter_id: String(id) });
      } catch (error) {
        if (!(error instanceof UnmetExpectation)) throw error; // somebody was faster: look again
      }
    }
  }

  /** A filter, parsed. */
  async filterOf(user: UserId, id: string): Promise<unknown> {
    const text = /^[0-9]{1,9}$/.test(id) ? await findFilter(this.#db, user, Number(id)) : undefined;
    return text === undefined ? undefined : JSON.parse(text);
  }
}

function readIgnored(text: string | undefined): ReadonlySet<UserId> {
  if (text === undefined) return NOBODY;
  const { ignored_users: users }: Readonly<Record<string, unknown>> = { ...JSON.parse(text) };
  if (typeof users !== "object" || users === null) return NOBODY;
  return new Set(
    Object.keys(users)
      .slice(0, MAX_IGNORED)
      .flatMap((user) => parseUserId(user) ?? []),
  );
}

function byRoom(rows: readonly AccountDataRow[]): ReadonlyMap<string, readonly AccountDatumText[]> {
  const rooms = new Map<string, AccountDatumText[]>();
  for (const row of rows) {
    if (row.roomId === "") continue;
    const texts = rooms.get(row.roomId);
    if (texts === undefined) rooms.set(row.roomId, [textOf(row.type, row.content)]);
    else texts.push(textOf(row.type, row.content));
  }
  return rooms;
}
