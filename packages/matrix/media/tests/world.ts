import { allow, instant, parseDeviceId, parseServerName, parseUserId, type Clock, type Instant } from "@causeway/base";
import { createHttp, type Caller, type Database, type Engine, type HttpServer } from "@causeway/platform";
import {
  createMedia,
  defaultMediaLimits,
  mediaMigrations,
  verifyMedia,
  type Media,
  type MediaCheck,
  type MediaLimits,
  type Scan,
} from "@causeway/matrix-media";
import { testDatabase } from "@causeway/testkit";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a test may change about its server. */
export interface WorldOptions {
  readonly engine?: Engine;
  readonly limits?: Partial<MediaLimits>;
  readonly scan?: Scan;
  /** An existing data directory; left in place at the end. */
  readonly directory?: string;
}

/** A running server with nothing but media; the token is the localpart. */
export interface World extends AsyncDisposable {
  readonly url: string;
  readonly db: Database;
  readonly media: Media;
  readonly directory: string;
  readonly clock: { now(): Instant; move(ms: number): void };
  readonly failures: unknown[];
  fetch(
    path: string,
    init?: RequestInit & { readonly as?: string | undefined; readonly duplex?: "half" },
  ): Promise<Response>;
  upload(
    content: string | Uint8Array,
    type?: string,
    query?: string,
  ): Promise<{ readonly mxc: string; readonly path: string }>;
  verify(): Promise<MediaCheck>;
  /** Every file under the media directory. */
  filesOnDisk(): Promise<readonly string[]>;
}

function movableClock(): World["clock"] & Clock {
  let now = Date.UTC(2026, 0, 5);
  return { now: () => instant(now), move: (ms) => void (now += ms) };
}

function callerOf(token: string): Caller {
  const user = parseUserId(`@${token}:test`);
  const device = parseDeviceId("DEVICE");
  if (user === undefined || device === undefined) throw new Error("bad test token");
  return { user, device, session: token, managed: true };
}

/** Starts one. */
export async function mediaWorld(options: WorldOptions = {}): Promise<World> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "causeway-media-")));
  const database = await testDatabase(options.engine ?? "sqlite", [mediaMigrations], directory);
  const { db } = database;
  const clock = movableClock();
  const server = parseServerName("test");
  if (server === undefined) throw new Error("bad test server name");
  const mediaDirectory = join(directory, "media");
  const limits = { ...defaultMediaLimits, keepFreeBytes: 0, ...options.limits };
  const media = await createMedia({
    db,
    clock,
    server,
    directory: mediaDirectory,
    limits,
    ...(options.scan === undefined ? {} : { scan: options.scan }),
  });
  const failures: unknown[] = [];
  const http = httpServer(media, clock, failures);
  const url = await http.listen({ host: "127.0.0.1", port: 0 });
  const call: World["fetch"] = (path, init = {}) => {
    const { as = "amy", ...rest } = init;
    const headers = new Headers(rest.headers);
    if (as !== "") headers.set("authorization", `Bearer ${as}`);
    return fetch(`${url}${path}`, { ...rest, headers });
  };
  return {
    url,
    db,
    media,
    directory: mediaDirectory,
    clock,
    failures,
    fetch: call,
    upload: async (content, type, query = "") =>
      uploaded(await call(`/_matrix/media/v3/upload${query}`, post(content, type))),
    verify: () => verifyMedia({ db, directory: mediaDirectory }),
    filesOnDisk: async () =>
      (await readdir(mediaDirectory, { recursive: true, withFileTypes: true }))
        .filter((one) => one.isFile())
        .map((one) => join(one.parentPath, one.name)),
    async [Symbol.asyncDispose]() {
      await http.close();
      await database[Symbol.asyncDispose]();
      if (options.directory === undefined) await rm(directory, { recursive: true });
    },
  };
}

function httpServer(media: Media, clock: Clock, failures: unknown[]): HttpServer {
  return createHttp({
    config: {
      trustedProxies: [],
      legacyClients: true,
      rateBudgets: undefined,
      headersTimeoutMs: 60_000,
      requestTimeoutMs: 300_000,
      maxQueryBytes: 8192,
      closeTimeoutMs: 1000,
      maxBodyBytes: 65_536,
      maxJsonDepth: 50,
    },
    clock,
    authenticate: (token) => ({ ok: true, value: callerOf(token) }),
    authorise: () => allow,
    observer: { finished: () => undefined, failed: (failed) => void failures.push(failed.error) },
    routes: media.routes,
  });
}

/** An upload's request. */
export function post(content: string | Uint8Array, type: string | undefined): RequestInit {
  const body = typeof content === "string" ? Buffer.from(content) : Buffer.from(content);
  return { method: "POST", body, headers: type === undefined ? {} : { "content-type": type } };
}

/** The address in an upload's answer, and where it is downloaded from. */
export async function uploaded(response: Response): Promise<{ readonly mxc: string; readonly path: string }> {
  const answer: unknown = await response.json();
  if (response.status !== 200 || typeof answer !== "object" || answer === null || !("content_uri" in answer)) {
    throw new Error(`upload answered ${response.status} ${JSON.stringify(answer)}`);
  }
  const mxc = String(answer.content_uri);
  return { mxc, path: mxc.replace("mxc://", "/_matrix/client/v1/media/download/") };
}

/** A response's error code. */
export async function errorOf(response: Response): Promise<string> {
  const body: unknown = await response.json();
  const code = typeof body === "object" && body !== null && "errcode" in body ? String(body.errcode) : "";
  return `${response.status} ${code}`;
}
