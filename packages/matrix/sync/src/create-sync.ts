import { failure, ok, type Clock, type Result } from "@causeway/base";
import { getSync } from "@causeway/contract";
import { JsonText, serve, type Answer, type Request, type Route, type Stream } from "@causeway/platform";
import type { Rooms } from "@causeway/matrix-rooms";
import { buildAnswer, type AnswerSources, type Standing, type SyncAnswer } from "./answer.ts";
import { parseFilter, type SyncFilter } from "./filter.ts";
import type { Hub } from "./hub.ts";
import type { SyncLimits } from "./limits.ts";
import type { SyncKeys, SyncLive, SyncReceipts, SyncUserData } from "./ports.ts";
import { parseToken, type SyncToken } from "./token.ts";
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
    routes: [serve(getSync, (request) => serving.answer(request))],
    hub,
    close: () => clearInterval(timer),
  };
}

type SyncRequest = Request<typeof getSync>;

interface Begun {
  readonly filter: SyncFilter;
  readonly token: SyncToken | undefined;
}

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
    const { caller, query } = request;
    this.#options.live.seen(caller.user, query.set_presence);
    const person = await this.#hub.person(caller.user);
    const refused = this.#refusal(caller);
    if (refused !== undefined) return refused;
    const { clock, stream, keys } = this.#options;
    const device = person.device(caller.device, clock.now(), stream.head());
    const { token } = begun.value;
    if (token !== undefined) {
      device.since = token.pos;
      device.toDevice.forgetUpTo(token.toDevice);
      if (device.handedOut !== 0 && token.toDevice >= device.handedOut) {
        device.handedOut = 0;
        keys.acknowledgeToDevice(caller.user, caller.device, token.toDevice);
      }
    }
    person.prune();
    const deadline = clock.now() + (token === undefined ? 0 : Math.min(query.timeout, this.#options.limits.maxWaitMs));
    for (;;) {
      const { news } = person;
      const answer = await this.#build(request, begun.value);
      const refusedNow = this.#refusal(caller);
      if (refusedNow !== undefined) return refusedNow;
      const leftMs = deadline - clock.now();
      if (!answer.isEmpty || query.full_state || leftMs <= 0 || request.signal.aborted) {
        device.keyCountsChanged = false;
        return ok(new JsonText(answer.text));
      }
      if (person.news === news) await this.#hub.wait(person, leftMs, request.signal);
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
    const token = parseToken(since);
    if (token === undefined) return failure("M_INVALID_PARAM", "query `since`: not a token of this server");
    const { stream } = this.#options;
    if (token.epoch !== stream.epoch || token.pos > stream.head()) return failure("M_UNKNOWN_POS");
    return ok({ filter: filter.value, token });
  }

  async #filter(request: SyncRequest): Promise<Result<SyncFilter>> {
    const given = request.query.filter;
    const { limits, userData } = this.#options;
    if (given === undefined || given === "") return parseFilter({}, limits);
    if (!given.startsWith("{")) {
      const kept = await userData.filterOf(request.caller.user, given);
      return kept === undefined
        ? failure("M_INVALID_PARAM", "query `filter`: there is no such filter")
        : parseFilter(kept, limits);
    }
    try {
      return parseFilter(JSON.parse(given), limits);
    } catch {
      return failure("M_INVALID_PARAM", "query `filter`: not JSON");
    }
  }

  async #build(request: SyncRequest, begun: Begun): Promise<SyncAnswer> {
    const { stream, clock, live } = this.#options;
    const { caller, query } = request;
    const { token, filter } = begun;
    // Everything up to here is in memory or on disk; what is being committed now comes with the next wake-up.
    const to = stream.head();
    const person = await this.#hub.person(caller.user);
    const view: View = {
      user: caller.user,
      deviceId: caller.device,
      person,
      device: person.device(caller.device, clock.now(), to),
      filter,
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
      toDeviceFrom: token?.toDevice ?? 0,
      liveFrom: token !== undefined && token.boot === live.boot ? token.live : 0,
    };
    return await buildAnswer(view, standing, this.#sources);
  }
}
