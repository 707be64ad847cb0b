import { failure, ok, parseJson, type Clock, type Result } from "@causeway/base";
import { getSync, keyChanges } from "@causeway/contract";
import { JsonText, serve, type Answer, type Caller, type Request, type Route, type Stream } from "@causeway/platform";
import type { Gate, Rooms } from "@causeway/matrix-rooms";
import { buildAnswer, type AnswerSources, type Standing, type SyncAnswer } from "./answer.ts";
import { parseFilter, type SyncFilter } from "./filter.ts";
import type { Hub } from "./hub.ts";
import { keyChangesBetween } from "./key-changes.ts";
import type { SyncLimits } from "./limits.ts";
import type { Person, SyncingDevice } from "./person.ts";
import type { SyncKeys, SyncLive, SyncReceipts, SyncUserData } from "./ports.ts";
import { parseToken, tokenOwner, type SyncToken } from "./token.ts";
import type { View } from "./view.ts";

/** What sync is made of. */
export interface SyncOptions {
  readonly stream: Stream;
  readonly clock: Clock;
  readonly limits: SyncLimits;
  readonly rooms: Rooms;
  readonly keys: SyncKeys;
  readonly userData: SyncUserData;
  readonly receipts: SyncReceipts;
  readonly live: SyncLive;
  readonly gate: Pick<Gate, "hides" | "shownSince">;
}

/** Sync: the endpoint, and the hub that everything new passes through. */
export interface Sync {
  readonly routes: readonly Route[];
  readonly hub: Hub;
  /** Stops the sweeping. */
  close(): void;
}

/** Builds sync. The hub is made first, because those whom it listens to need it. */
export function createSync(options: SyncOptions, hub: Hub): Sync {
  const serving = new Syncing(options, hub);
  const timer = setInterval(() => hub.sweep(), 60_000);
  timer.unref();
  return {
    routes: [
      serve(getSync, (request) => serving.answer(request)),
      serve(keyChanges, (request) => serving.keyChanges(request)),
    ],
    hub,
    close: () => clearInterval(timer),
  };
}

type SyncRequest = Request<typeof getSync>;

interface Begun {
  readonly filter: SyncFilter;
  readonly token: SyncToken | undefined;
}

/** So often an answer is built again because a room came from the disk newer than the answer. */
const STALE_ATTEMPTS = 4;
const FILTER_DEPTH = 8;

class Syncing {
  #options: SyncOptions;
  #sources: AnswerSources;
  #hub: Hub;

  constructor(options: SyncOptions, hub: Hub) {
    this.#options = options;
    this.#hub = hub;
    this.#sources = { ...options, hub };
  }

  async answer(request: SyncRequest): Promise<Answer> {
    const begun = await this.#begin(request);
    if (!begun.ok) return begun;
    const { caller, query, signal } = request;
    this.#options.live.seen(caller.user, query.set_presence);
    const person = await this.#hub.person(caller.user);
    const refused = this.#refusal(caller);
    if (refused !== undefined) return refused;
    const { clock, stream, limits } = this.#options;
    const device = person.device(caller.device, clock.now(), stream.head());
    const { token } = begun.value;
    if (token !== undefined) this.#acknowledge(caller, device, token);
    person.prune();
    const waitMs = token === undefined ? 0 : Math.min(query.timeout, limits.maxWaitMs);
    const deadline = performance.now() + waitMs;
    for (;;) {
      const { news } = person;
      const answer = await this.#build(request, begun.value);
      const refusedNow = this.#refusal(caller);
      if (refusedNow !== undefined) return refusedNow;
      const leftMs = deadline - performance.now();
      if (!answer.isEmpty || query.full_state || leftMs <= 0 || signal.aborted) {
        device.keyNewsTold = answer.keyNews;
        return ok(new JsonText(answer.text));
      }
      if (person.news === news) await this.#wait(person, device, { ms: leftMs, signal });
    }
  }

  /** What a token says that a device has: its messages may be forgotten. */
  #acknowledge(caller: Caller, device: SyncingDevice, token: SyncToken): void {
    device.since = token.pos;
    if (token.owner.device !== device.owner.device) return;
    device.toDevice.forgetUpTo(token.toDevice);
    if (device.handedOut === 0 || token.toDevice < device.handedOut) return;
    device.handedOut = 0;
    this.#options.keys.acknowledgeToDevice(caller.user, caller.device, token.toDevice);
  }

  async #wait(
    person: Person,
    device: SyncingDevice,
    until: { readonly ms: number; readonly signal: AbortSignal },
  ): Promise<void> {
    device.waiting += 1;
    try {
      await this.#hub.wait(person, until.ms, until.signal);
    } finally {
      device.waiting -= 1;
    }
  }

  /** Why a request that was let in goes no further: its session has ended, or the account is locked, since then. */
  #refusal(caller: SyncRequest["caller"]): Result<never> | undefined {
    if (this.#hub.hasEnded(caller.session)) return failure("M_UNKNOWN_TOKEN");
    return this.#hub.isLocked(caller.user) ? failure("M_USER_LOCKED", undefined, { soft_logout: true }) : undefined;
  }

  async #begin(request: SyncRequest): Promise<Result<Begun>> {
    const filter = await this.#filter(request);
    if (!filter.ok) return filter;
    const { since } = request.query;
    if (since === undefined || since === "") return ok({ filter: filter.value, token: undefined });
    const token = this.#token(since, request.caller, "since");
    return token.ok ? ok({ filter: filter.value, token: token.value }) : token;
  }

  /** A token of this server, of this person, and of a moment that has been. */
  #token(text: string, caller: Caller, name: string): Result<SyncToken> {
    const token = parseToken(text);
    if (token === undefined || token.owner.user !== tokenOwner(caller.user, caller.device).user)
      return failure("M_INVALID_PARAM", `query \`${name}\`: not a token that this server gave to you`);
    const { stream } = this.#options;
    return token.epoch !== stream.epoch || token.pos > stream.head() ? failure("M_UNKNOWN_POS") : ok(token);
  }

  async #filter(request: SyncRequest): Promise<Result<SyncFilter>> {
    const given = request.query.filter;
    const { limits, userData } = this.#options;
    if (given === undefined || given === "") return parseFilter({}, limits);
    if (given.startsWith("{")) {
      const json = parseJson(given, { maxDepth: FILTER_DEPTH });
      return json.ok ? parseFilter(json.value, limits) : failure("M_INVALID_PARAM", "query `filter`: not JSON");
    }
    const kept = await userData.filterOf(request.caller.user, given);
    return kept === undefined
      ? failure("M_INVALID_PARAM", "query `filter`: there is no such filter")
      : parseFilter(kept, limits);
  }

  async #build(request: SyncRequest, begun: Begun): Promise<SyncAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#buildOnce(request, begun);
      if (!answer.isStale || attempt === STALE_ATTEMPTS) return answer;
    }
  }

  async #buildOnce(request: SyncRequest, begun: Begun): Promise<SyncAnswer> {
    const { stream, clock, live, userData } = this.#options;
    const { caller, query } = request;
    const { token } = begun;
    const ignored = await userData.ignoredBy(caller.user);
    const person = await this.#hub.person(caller.user);
    // Everything up to here is in memory or on disk; what is being committed now comes with the next wake-up.
    const to = stream.head();
    const device = person.device(caller.device, clock.now(), to);
    const view: View = {
      user: caller.user,
      deviceId: caller.device,
      managed: caller.managed,
      person,
      device,
      filter: withoutIgnored(begun.filter, ignored),
      ignored,
      from: token?.pos ?? 0,
      to,
      fullState: query.full_state,
      stateAfter: query.use_state_after
        ? "state_after"
        : query["org.matrix.msc4222.use_state_after"]
          ? "org.matrix.msc4222.state_after"
          : undefined,
      now: clock.now(),
    };
    const standing: Standing = {
      epoch: stream.epoch,
      // What another device of the same person was given says nothing of this one.
      toDeviceFrom: token !== undefined && token.owner.device === device.owner.device ? token.toDevice : 0,
      liveFrom: token !== undefined && token.boot === live.boot ? token.live : 0,
    };
    return await buildAnswer(view, standing, this.#sources);
  }

  /** `GET /keys/changes`: the same as the syncs between two tokens said of device lists. */
  async keyChanges(request: Request<typeof keyChanges>): Promise<Answer> {
    const { caller, query } = request;
    const from = this.#token(query.from, caller, "from");
    if (!from.ok) return from;
    const to = this.#token(query.to, caller, "to");
    if (!to.ok) return to;
    const range = { from: from.value.pos, to: this.#options.stream.head() };
    return ok(await keyChangesBetween(caller.user, range, this.#sources));
  }
}

/** Messages of people who are ignored are left out; state is told whoever set it (client-server API, "Ignoring users"). */
function withoutIgnored(filter: SyncFilter, ignored: ReadonlySet<string>): SyncFilter {
  if (ignored.size === 0) return filter;
  const { timeline } = filter;
  return {
    ...filter,
    timeline: (event, roomId) =>
      (event.stateKey !== undefined || !ignored.has(event.sender)) && (timeline?.(event, roomId) ?? true),
  };
}
