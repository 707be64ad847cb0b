import { failure, ok, type Clock, type DeviceId, type Result, type UserId } from "@causeway/base";
import { PowerLevels, roomVersion } from "@causeway/matrix-events";
import { isQuietAt, outcomeOf, type PushAction, type QuietHours, type Ruleset } from "@causeway/matrix-push-rules";
import { contentOf, lookupIn, type AppendedEvent, type Room, type RoomNumber } from "@causeway/matrix-rooms";
import { createOutgoing, type Database, type Outgoing, type Tx } from "@causeway/platform";
import { tellBrowser, tellGateway, type News, type Outcome } from "./deliver.ts";
import { isAllowedHost } from "./hosts.ts";
import { Mailbox, type PushTimes } from "./mailbox.ts";
import { isQuiet } from "./quiet.ts";
import { allPushers, putPusher, removePusher, removePushersOfDevice, type Pusher } from "./store.ts";
import type { VapidKeys } from "./vapid.ts";

/** What push is made of. */
export interface PushOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly webHosts: readonly string[];
  readonly gatewayHosts: readonly string[];
  readonly privateNetworks: readonly string[];
  readonly keys: VapidKeys;
  /** Whom a push service can write to. */
  readonly contact: () => string;
  readonly maxPushers: number;
  readonly times: PushTimes;
  /** Port: somebody's push rules. */
  readonly rulesOf: (user: UserId) => Promise<Ruleset>;
  /** Port: when somebody is not to be told of anything. */
  readonly quietHoursOf: (user: UserId) => Promise<QuietHours | undefined>;
  /** Port: whether somebody has read a room since a position. */
  readonly hasRead: (user: UserId, room: RoomNumber, since: number) => boolean;
  readonly failed: (error: unknown) => void;
  /** Told of news that could not be delivered now: the other side is away, or may not be called. */
  readonly undelivered: (error: unknown) => void;
}

/** The usual times. */
export const defaultPushTimes: PushTimes = {
  graceMs: 2000,
  firstRetryMs: 10_000,
  maxRetryMs: 60 * 60_000,
  giveUpAfterMs: 24 * 60 * 60_000,
};

const RULES = { timeoutMs: 30_000, maxReplyBytes: 65_536, maxConnections: 32 };

/** Tells people of news while their clients are closed: by gateways of Matrix apps, and by the push services of browsers. */
export class Push {
  readonly options: PushOptions;
  #outgoing: Outgoing;
  #pushers = new Map<UserId, Pusher[]>();
  #mailboxes = new Map<Pusher, Mailbox>();
  #working = new Set<Promise<void>>();

  constructor(options: PushOptions) {
    this.options = options;
    this.#outgoing = createOutgoing({ ...RULES, privateNetworks: options.privateNetworks });
  }

  /** Reads all pushers; before the first event. */
  async load(): Promise<void> {
    for (const pusher of await allPushers(this.options.db)) this.#add(pusher);
  }

  #add(pusher: Pusher): void {
    const own = this.#pushers.get(pusher.user) ?? [];
    this.#pushers.set(pusher.user, [...own.filter((one) => !isSame(one, pusher)), pusher]);
  }

  #drop(isMeant: (pusher: Pusher) => boolean, users: Iterable<UserId>): void {
    for (const user of [...users]) {
      const own = this.#pushers.get(user) ?? [];
      const kept = own.filter((one) => !isMeant(one));
      for (const gone of own) {
        if (kept.includes(gone)) continue;
        void this.#mailboxes.get(gone)?.close();
        this.#mailboxes.delete(gone);
      }
      if (kept.length === 0) this.#pushers.delete(user);
      else this.#pushers.set(user, kept);
    }
  }

  /** Somebody's pushers, the oldest first. */
  of(user: UserId): readonly Pusher[] {
    return this.#pushers.get(user) ?? [];
  }

  /** Keeps a pusher; unless `append`, others lose theirs of the same app and key. */
  async set(pusher: Pusher, append: boolean): Promise<Result<object>> {
    const present = this.of(pusher.user);
    const isNew = !present.some((one) => isSame(one, pusher));
    if (isNew && present.length >= this.options.maxPushers)
      return failure("M_LIMIT_EXCEEDED", "There are as many pushers as one account may have.");
    const tx = this.options.db.begin();
    putPusher(tx, pusher, append);
    tx.onCommitted(() => {
      this.#drop((one) => isSame(one, pusher), [pusher.user]);
      if (!append)
        this.#drop((one) => one.appId === pusher.appId && one.pushkey === pusher.pushkey, this.#pushers.keys());
      this.#add(pusher);
    });
    await tx.commit();
    return ok({});
  }

  /** Forgets a pusher. */
  async remove(of: Pick<Pusher, "user" | "appId" | "pushkey">): Promise<void> {
    const tx = this.options.db.begin();
    removePusher(tx, of);
    tx.onCommitted(() => this.#drop((one) => one.appId === of.appId && one.pushkey === of.pushkey, [of.user]));
    await tx.commit();
  }

  /** Collects the end of the pushers of sessions that end. */
  endDevices(tx: Tx, user: UserId, devices: readonly DeviceId[]): void {
    for (const device of devices) removePushersOfDevice(tx, user, device);
    tx.onCommitted(() => this.#drop((one) => devices.includes(one.device), [user]));
  }

  /** Takes up events that are durable. What it costs follows the people who have pushers, not the members. */
  appended(events: readonly AppendedEvent[]): void {
    if (this.#pushers.size === 0) return;
    for (const one of events) {
      if (!mayConcern(one)) continue;
      for (const user of this.#pushers.keys()) {
        if (user === one.event.sender || !isFor(one, user)) continue;
        const work = this.#consider(one, user)
          .catch((error: unknown) => this.options.failed(error))
          .finally(() => this.#working.delete(work));
        this.#working.add(work);
      }
    }
  }

  async #consider(one: AppendedEvent, user: UserId): Promise<void> {
    const { room, event } = one;
    const content = contentOf(event);
    const outcome = outcomeOf(
      await this.options.rulesOf(user),
      { type: event.type, sender: event.sender, room_id: room.id, state_key: event.stateKey, content },
      {
        displayName: textIn(room.entry("m.room.member", user)?.content["displayname"]),
        memberCount: room.counts().joined,
        mayNotify: (key) => mayNotify(room, event.sender, key),
      },
    );
    if (outcome?.notifies !== true) return;
    const tweaks = tweaksOf(outcome.rule.actions);
    const news = newsOf(one, { content, tweaks, user });
    for (const pusher of this.of(user)) this.#mailbox(pusher)?.put(event.pos, news);
  }

  /** Where news for a pusher wait; none for one that may not be called. */
  #mailbox(pusher: Pusher): Mailbox | undefined {
    const hosts = pusher.kind === "webpush" ? this.options.webHosts : this.options.gatewayHosts;
    if (pusher.data.url === undefined || !isAllowedHost(new URL(pusher.data.url), hosts)) return undefined;
    const known = this.#mailboxes.get(pusher);
    if (known !== undefined) return known;
    const { clock, times, failed, undelivered } = this.options;
    const mailbox = new Mailbox({
      clock,
      times,
      tell: (news) => this.#tell(pusher, news),
      isMoot: (pos, news) => this.#isMoot(pusher, pos, news),
      gone: () => void this.remove(pusher).catch(failed),
      failed,
      undelivered,
    });
    this.#mailboxes.set(pusher, mailbox);
    return mailbox;
  }

  async #isMoot({ user, data }: Pusher, pos: number, news: News): Promise<boolean> {
    const { clock, hasRead, quietHoursOf } = this.options;
    if (hasRead(user, news.room, pos)) return true;
    return isQuiet(data, clock.now()) || isQuietAt(await quietHoursOf(user), clock.now());
  }

  #tell(pusher: Pusher, news: News): Promise<Outcome> {
    const { keys, contact } = this.options;
    return pusher.kind === "webpush"
      ? tellBrowser(this.#outgoing, pusher, { news, keys, contact: contact() })
      : tellGateway(this.#outgoing, pusher, news);
  }

  /** Stops; what is being told is told. */
  async close(): Promise<void> {
    await Promise.all(this.#working);
    await Promise.all([...this.#mailboxes.values()].map((mailbox) => mailbox.close()));
    this.#outgoing.close();
  }
}

function isSame(left: Pusher, right: Pusher): boolean {
  return left.user === right.user && left.appId === right.appId && left.pushkey === right.pushkey;
}

/** Redactions and state tell nobody anything, but for invitations and rooms that have moved. */
function mayConcern({ event, membership }: AppendedEvent): boolean {
  if (event.stateKey === undefined) return event.type !== "m.room.redaction";
  return membership?.after === "invite" || event.type === "m.room.tombstone";
}

function isFor({ room, membership }: AppendedEvent, user: UserId): boolean {
  if (membership !== undefined) return membership.user === user;
  return room.entry("m.room.member", user)?.content["membership"] === "join";
}

function mayNotify(room: Room, sender: UserId, key: string): boolean {
  const version = roomVersion(room.version);
  if (version === undefined) return false;
  const levels = new PowerLevels(version, lookupIn(room));
  return levels.of(sender) >= levels.toNotify(key);
}

/** The tweaks of a rule, by name. */
function tweaksOf(actions: readonly PushAction[]): Readonly<Record<string, unknown>> {
  const tweaks: Record<string, unknown> = {};
  for (const action of actions) if (typeof action !== "string") tweaks[action.set_tweak] = action.value ?? true;
  return tweaks;
}

function newsOf(
  one: AppendedEvent,
  of: {
    readonly content: Readonly<Record<string, unknown>>;
    readonly tweaks: Readonly<Record<string, unknown>>;
    readonly user: UserId;
  },
): News {
  const { room, event, membership } = one;
  return {
    room: room.number,
    roomId: room.id,
    eventId: event.eventId,
    type: event.type,
    sender: event.sender,
    senderName: textIn(room.entry("m.room.member", event.sender)?.content["displayname"]),
    roomName: textIn(room.entry("m.room.name", "")?.content["name"]),
    roomAlias: textIn(room.entry("m.room.canonical_alias", "")?.content["alias"]),
    content: of.content,
    isTarget: membership?.user === of.user,
    highlight: of.tweaks["highlight"] === true,
    tweaks: of.tweaks,
  };
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
