// A program that commits events and uploads files as the server does, and writes down when each was acknowledged.
import { allow, parseDeviceId, parseServerName, parseUserId, systemClock } from "@causeway/base";
import { createMedia, defaultMediaLimits, mediaMigrations, type Media } from "@causeway/matrix-media";
import { createHttp, openDatabase, statement, type Caller, type Database, type HttpServer } from "@causeway/platform";
import { createHash, randomBytes } from "node:crypto";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crashMigrations, type Acknowledged, type WorkloadOptions } from "./workload-protocol.ts";

const insert = statement("INSERT INTO crash_events (pos, writer, n, body, mxc, sha256) VALUES (?, ?, ?, ?, ?, ?)");

function testCaller(): Caller {
  const user = parseUserId("@writer:test");
  const device = parseDeviceId("DEVICE");
  if (user === undefined || device === undefined) throw new Error("bad test ids");
  return { user, device, session: "session", managed: true };
}

async function upload(url: string, content: Buffer): Promise<string> {
  const answer = await fetch(`${url}/_matrix/media/v3/upload`, {
    method: "POST",
    body: content,
    headers: { authorization: "Bearer x" },
  });
  const body: unknown = await answer.json();
  if (typeof body !== "object" || body === null || !("content_uri" in body)) throw new Error("the upload was refused");
  return String(body.content_uri);
}

function serveMedia(media: Media): HttpServer {
  return createHttp({
    config: {
      trustedProxies: [],
      legacyClients: false,
      rateBudgets: undefined,
      headersTimeoutMs: 60_000,
      requestTimeoutMs: 60_000,
      maxQueryBytes: 8192,
      closeTimeoutMs: 1000,
      maxBodyBytes: 65_536,
      maxJsonDepth: 50,
    },
    clock: systemClock,
    authenticate: () => ({ ok: true, value: testCaller() }),
    authorise: () => allow,
    observer: { finished: () => undefined, failed: (failed) => console.error(failed.error) },
    routes: media.routes,
  });
}

async function write(
  parts: { db: Database; url: string; acknowledged: Acknowledged[] },
  writer: number,
  options: WorkloadOptions,
): Promise<void> {
  for (let n = 0; n < options.eventsPerWriter; n += 1) {
    const content = n % options.eventsPerFile === 0 ? randomBytes(1 + Math.floor(Math.random() * 30_000)) : undefined;
    const mxc = content === undefined ? null : await upload(parts.url, content);
    const sha256 = content === undefined ? null : createHash("sha256").update(content).digest("hex");
    const tx = parts.db.begin();
    const pos = tx.position();
    tx.add(insert(pos, writer, n, `event ${n} of ${writer} `.repeat(20), mxc, sha256));
    await tx.commit();
    parts.acknowledged.push({ at: statSync(options.log).size, pos, writer, n });
  }
}

async function main(options: WorkloadOptions): Promise<void> {
  const server = parseServerName("test");
  if (server === undefined) throw new Error("bad server name");
  const db = await openDatabase({
    location: join(options.root, "causeway.db"),
    migrations: [crashMigrations, mediaMigrations],
  });
  const limits = { ...defaultMediaLimits, keepFreeBytes: 0 };
  const media = await createMedia({ db, clock: systemClock, server, directory: join(options.root, "media"), limits });
  const http = serveMedia(media);
  const url = await http.listen({ host: "127.0.0.1", port: 0 });
  const acknowledged: Acknowledged[] = [];
  await Promise.all(
    Array.from({ length: options.writers }, (_, writer) => write({ db, url, acknowledged }, writer, options)),
  );
  await http.close();
  await db[Symbol.asyncDispose]();
  writeFileSync(options.result, JSON.stringify(acknowledged));
}

await main(JSON.parse(process.argv[2] ?? "{}"));
