import type { PolicyKeys, Publisher } from "@causeway/access";
import { failure, instant, ok, type Result, type UserId } from "@causeway/base";
import {
  enrolPoint,
  getPolicyFeed,
  getPolicyKeys,
  invitePoint,
  listPoints,
  reportPoint,
  revokePoint,
  rollPolicyKey,
  streamPolicyFeed,
} from "@causeway/contract";
import { HttpReply, JsonText, serve, type Answer, type RequestContext, type Route } from "@causeway/platform";
import { frameOf, type FeedLimits, type FeedReader, type PolicyFeed } from "./feed.ts";
import type { Point } from "./point.ts";
import { reducedFor, type Reader } from "./reduced.ts";
import { isEmbedded, type PointRegistry, type PointSeen } from "./registry.ts";
import { FeedStream } from "./stream.ts";

/** Port: the machines and people that read what concerns them. */
export interface FeedPeople {
  /** The machine of a token. */
  machineOfToken(token: string): { readonly id: string; readonly department: string } | undefined;
  /** The machine of an address. */
  machineOfAddress(address: string): { readonly id: string; readonly department?: string };
}

/** What the endpoints are served with. */
export interface FeedDesk {
  readonly publisher: Publisher;
  readonly keys: PolicyKeys;
  readonly feed: PolicyFeed;
  readonly registry: PointRegistry;
  readonly people: FeedPeople;
  readonly limits: FeedLimits;
  /** Ends the connections of points that were revoked. */
  readonly connections: Connections;
  /** Records that the key was rolled. */
  readonly rolled: (by: UserId, key: string) => Promise<void>;
}

/** The open connections of each point. */
export class Connections {
  #open = new Map<string, Set<FeedReader>>();

  /** Adds one; a point that opens too many loses its oldest. */
  add(id: string, reader: FeedReader): void {
    const known = this.#open.get(id) ?? new Set();
    this.#open.set(id, known.add(reader));
    const [oldest] = known;
    if (known.size > MOST_OF_ONE && oldest !== undefined) {
      known.delete(oldest);
      oldest.close();
    }
  }

  remove(id: string, reader: FeedReader): void {
    const known = this.#open.get(id);
    known?.delete(reader);
    if (known?.size === 0) this.#open.delete(id);
  }

  has(id: string): boolean {
    return this.#open.has(id);
  }

  /** Ends all of a point's. */
  end(id: string): void {
    for (const reader of this.#open.get(id) ?? []) reader.close();
    this.#open.delete(id);
  }
}

const MOST_OF_ONE = 3;
const DAY_MS = 86_400_000;

/** Serves the feed, its keys, and the registry of points. */
export function pointRoutes(desk: FeedDesk): readonly Route[] {
  return [...feedRoutes(desk), ...keyRoutes(desk), ...registryRoutes(desk)];
}

type FeedRequest = Pick<RequestContext, "headers" | "identify" | "ip">;
type Who = { readonly point: Point } | { readonly reader: Reader };

/** Who asks for the policy: a point or a machine by its token, or a person by their session. */
async function whoAsks({ registry, people }: FeedDesk, request: FeedRequest): Promise<Result<Who>> {
  const token = /^Bearer ([\x21-\x7e]{1,1024})$/i.exec(request.headers["authorization"] ?? "")?.[1];
  if (token === undefined) return failure("M_MISSING_TOKEN");
  const point = registry.pointOfToken(token);
  if (point !== undefined) return ok({ point });
  const machine = people.machineOfToken(token);
  if (machine !== undefined)
    return ok({ reader: { machine: machine.id, department: machine.department, user: undefined } });
  if (/^cw[emp]_/.test(token)) return failure("POINT_TOKEN_REFUSED");
  const caller = await request.identify();
  if (!caller.ok) return failure("POINT_TOKEN_REFUSED");
  const at = people.machineOfAddress(request.ip);
  return ok({ reader: { machine: at.id, department: at.department, user: caller.value.user } });
}

function feedRoutes(desk: FeedDesk): readonly Route[] {
  const { publisher, feed, registry } = desk;
  return [
    serve(getPolicyFeed, async (request) => {
      const who = await whoAsks(desk, request);
      if (!who.ok) return who;
      const { since, timeout } = request.query;
      if ("point" in who.value) registry.heard(who.value.point.id);
      if (timeout > 0) await feed.another(since, AbortSignal.any([request.signal, AbortSignal.timeout(timeout)]));
      // A point that was revoked while it waited is given nothing.
      const still = timeout > 0 ? await whoAsks(desk, request) : who;
      if (!still.ok) return still;
      const tag = `"${publisher.current().version}"`;
      const mine = still.value;
      if (request.headers["if-none-match"] === tag) return ok(new HttpReply({ status: 304, headers: { etag: tag } }));
      const { version, envelopes } =
        "point" in mine ? feed.answer(since) : reducedAnswer(publisher, mine.reader, since);
      const body = `{"version":${version},"envelopes":[${envelopes.join(",")}]}`;
      return ok(new HttpReply({ headers: { etag: tag, "cache-control": "no-store" }, body }));
    }),
    serve(streamPolicyFeed, async (request) => {
      const who = await whoAsks(desk, request);
      if (!who.ok) return who;
      if (!feed.hasRoom) return failure("M_LIMIT_EXCEEDED", "Too many are connected.", { retry_after_ms: 5_000 });
      const last = request.headers["last-event-id"];
      const since = last !== undefined && /^[0-9]{1,15}$/.test(last) ? Number(last) : request.query.since;
      const { value } = who;
      const stream =
        "point" in value
          ? pointStream(desk, value.point, since)
          : readerStream(desk, request, { reader: value.reader, since });
      request.signal.addEventListener("abort", () => stream.close(), { once: true });
      const headers = { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" };
      return ok(new HttpReply({ headers, body: stream }));
    }),
  ];
}

function pointStream({ feed, limits, registry, connections }: FeedDesk, point: Point, since: number): FeedStream {
  const stream = new FeedStream(feed.first(since), limits.maxWaitingBytes);
  const leave = feed.connect(stream);
  connections.add(point.id, stream);
  registry.heard(point.id);
  stream.once("close", () => {
    leave();
    connections.remove(point.id, stream);
    registry.heard(point.id);
  });
  return stream;
}

/**
 * Somebody who is no point is sent the whole of what concerns them with each version. Who they are is asked again each time, and with each
 * heartbeat: a session may have ended, a token may have been revoked, a machine may be another department's.
 */
function readerStream(
  desk: FeedDesk,
  request: FeedRequest,
  of: { readonly reader: Reader; readonly since: number },
): FeedStream {
  const { feed, limits, publisher } = desk;
  const whole = (reader: Reader): Buffer => {
    const document = publisher.current();
    return frameOf("policy", publisher.signed(reducedFor(document, reader)), document.version);
  };
  const [keys, ...rest] = feed.first(of.since);
  const first = [...(keys === undefined ? [] : [keys]), ...(rest.length === 0 ? [] : [whole(of.reader)])];
  const stream = new FeedStream(first, limits.maxWaitingBytes);
  const sendTo = async (frame: Buffer): Promise<void> => {
    const who = await whoAsks(desk, request);
    if (!who.ok || "point" in who.value) stream.close();
    else stream.send(frame.includes(POLICY_EVENT) ? whole(who.value.reader) : frame);
  };
  const end = feed.connect({
    send: (frame) => void sendTo(frame).catch(() => stream.close()),
    close: () => stream.close(),
  });
  stream.once("close", end);
  return stream;
}

const POLICY_EVENT = "event: policy\n";

function reducedAnswer(
  publisher: Publisher,
  reader: Reader,
  since: number,
): { readonly version: number; readonly envelopes: readonly string[] } {
  const document = publisher.current();
  const { version } = document;
  return { version, envelopes: since === version ? [] : [publisher.signed(reducedFor(document, reader))] };
}

function keyRoutes({ keys, publisher, feed, rolled }: FeedDesk): readonly Route[] {
  return [
    serve(getPolicyKeys, () => ok(new JsonText(keys.list()))),
    serve(rollPolicyKey, async ({ caller, body, now }) => {
      const key = keys.roll(now, instant(now + body.keep_days * DAY_MS));
      await rolled(caller.user, key.id);
      feed.tellKeys();
      publisher.reissue();
      return ok({ key_id: key.id, public_key: key.public_key });
    }),
  ];
}

function registryRoutes(desk: FeedDesk): readonly Route[] {
  const { registry, keys, publisher } = desk;
  return [
    serve(invitePoint, async ({ caller, body }) => await registry.invite(caller.user, body)),
    serve(enrolPoint, async ({ body }) => {
      const done = await registry.enrol({ code: body.code, publicKey: body.public_key, proof: body.proof });
      if (!done.ok) return done;
      const { id, token, kind, name } = done.value;
      const { installation } = publisher.current();
      return ok({ point_id: id, token, kind, name, installation, keys: keys.keys() });
    }),
    serve(reportPoint, async (request): Promise<Answer> => {
      const who = await whoAsks(desk, request);
      if (!who.ok) return who;
      if (!("point" in who.value)) return failure("POINT_TOKEN_REFUSED");
      await registry.report(who.value.point, request.body);
      return ok({ version: publisher.current().version });
    }),
    serve(listPoints, () => ok(dashboard(desk))),
    serve(revokePoint, async ({ caller, params }) => await registry.revoke(caller.user, params.pointId)),
  ];
}

function dashboard({ registry, publisher, connections }: FeedDesk): object {
  const { version, issued } = publisher.current();
  const points = registry.points().filter(({ status }) => status !== "ended");
  const counts: Record<string, number> = {};
  for (const { status } of points) counts[status] = (counts[status] ?? 0) + 1;
  return {
    ...{ version, issued, counts },
    points: points.map((one) => pointView(one, connections.has(one.point.id))),
    changes: registry.obedience().map(({ p50Ms, p99Ms, maxMs, ...one }) => ({
      ...one,
      ...{ p50_ms: p50Ms, p99_ms: p99Ms, max_ms: maxMs, of: points.length },
    })),
  };
}

function pointView({ point, standing, status }: PointSeen, isConnected: boolean): object {
  const { version, obeyedSince, heard, fault, tests } = standing;
  return {
    ...{ point_id: point.id, kind: point.kind, name: point.name, status, connected: isConnected },
    ...{ enrolled: point.created, embedded: isEmbedded(point), heard, tests },
    ...(version === 0 ? {} : { obeys: version, obeys_since: obeyedSince }),
    ...(fault === "" ? {} : { fault }),
  };
}
