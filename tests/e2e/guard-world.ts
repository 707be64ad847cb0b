import { allow, failure, instant, ok, systemClock, type Instant } from "@causeway/base";
import { endpoint } from "@causeway/contract";
import { createGuards, type Guards } from "@causeway/enforce";
import { createHttp, HttpReply, serve } from "@causeway/platform";
import {
  compilePolicy,
  machineOfAddress,
  type PolicyDocument,
  type PolicyGrant,
  type PolicyService,
} from "@causeway/policy";
import { spawnSync } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Builds the guard when it is older than its sources, as `npm start` does. */
export function buildGuard(): void {
  const done = spawnSync(process.execPath, [join(root, "apps/guard/tools/build.ts"), "--if-stale"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (done.status !== 0) throw new Error("the guard could not be built");
}

/** A server that has a policy and nothing else, and a site that it blocks. */
export interface GuardWorld extends AsyncDisposable {
  readonly url: string;
  readonly guards: Guards;
  /** The folder of the extension, not packed. */
  readonly extension: string;
  readonly site: Site;
  /** Versions that guards said they obey. */
  readonly obeyed: readonly number[];
  /** Publishes a version; answers its number. */
  publish(change: Partial<PolicyDocument>): number;
  /** Resolves when a guard obeys a version or a later one. */
  obeys(version: number): Promise<void>;
  /** Who is signed in, by session. */
  readonly signedIn: Set<string>;
  stop(): Promise<void>;
}

/** A site outside, with TLS; names are led to it by the browser's resolver rules. */
export interface Site extends AsyncDisposable {
  readonly port: number;
  /** How often anything was connected, and which pages were asked for. */
  readonly connections: () => number;
  readonly asked: readonly string[];
}

const TEXTS = { en: "", zhHant: "", zhHans: "" };

/** A service of these tests. */
export function service(id: string, ...hosts: readonly string[]): PolicyService {
  return {
    ...{ id, category: "messaging", name: TEXTS, reason: TEXTS, clause: "6.3", exempt: [], apps: {}, addresses: [] },
    hosts: hosts.map((host) => ({ kind: "suffix", host })),
    grantable: true,
  };
}

/** A grant of WhatsApp to this machine, or to somebody. */
export function grant(ends: Instant, more: Partial<PolicyGrant> = {}): PolicyGrant {
  return {
    ...{ id: "gr_1", users: [], machines: ["addr:127.0.0.1"], services: ["whatsapp"], sites: [], upload: false },
    begins: instant(0),
    ends,
    ...more,
  };
}

/** Starts the server and the site. */
export async function guardWorld(): Promise<GuardWorld> {
  buildGuard();
  const directory = mkdtempSync(join(tmpdir(), "causeway-guard-"));
  const published = new Published();
  const obeyed: number[] = [];
  const waiting = new Set<() => void>();
  const signedIn = new Set<string>();
  let url = "http://127.0.0.1:1";
  const guards = createGuards({
    ...{ clock: systemClock, directory, built: join(root, "apps/guard/dist"), ticketMs: 60_000 },
    publicUrl: () => url,
    policy: published,
    signer: signer(),
    subjects: {
      isSignedIn: (user, session) => Promise.resolve(signedIn.has(`${user} ${session}`)),
      machineOfAddress: (address) => machineOfAddress(compilePolicy(published.current()), address),
      machineOfToken: () => undefined,
    },
    listener: {
      obeyed: ({ version, proof }) => {
        if (proof?.found === "allowed") throw new Error("the guard found something open that must be closed");
        obeyed.push(version);
        for (const look of waiting) look();
      },
      failed: (error) => {
        throw error;
      },
    },
  });
  const http = createHttp({
    config: {
      ...{ maxBodyBytes: 100_000, maxJsonDepth: 10, trustedProxies: [], legacyClients: false, rateBudgets: undefined },
      ...{ headersTimeoutMs: 5000, requestTimeoutMs: 5000, maxQueryBytes: 10_000, closeTimeoutMs: 1000 },
    },
    clock: systemClock,
    authenticate: () => failure("M_UNKNOWN_TOKEN"),
    authorise: () => allow,
    observer: { finished: () => undefined, failed: () => undefined },
    routes: [...guards.routes, serve(blockedPage, () => ok(new HttpReply({ headers: HTML, body: PAGE })))],
    sockets: guards.sockets,
  });
  url = await http.listen({ host: "127.0.0.1", port: 0 });
  const site = await startSite(directory);
  const extension = join(directory, "extension");
  mkdirSync(extension);
  for (const { name, bytes } of guards.extension.unpacked()) writeFileSync(join(extension, name), bytes);
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    guards.stream.close();
    await http.close();
  };
  return {
    ...{ url, guards, extension, site, obeyed, signedIn, stop },
    publish: (change) => published.publish(change),
    obeys: async (version) =>
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (!obeyed.some((one) => one >= version)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    [Symbol.asyncDispose]: async () => {
      await stop();
      await site[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const HTML = { "content-type": "text/html; charset=utf-8" };
const PAGE = "<!doctype html><html lang='en'><title>Blocked</title><h1>This site is blocked</h1></html>";

const blockedPage = endpoint({
  method: "GET",
  path: "/blocked",
  access: { open: "a test" },
  summary: "A page in the place of the server's own.",
  errors: [],
  rate: "none",
});

/** A policy that is published here. */
class Published {
  #document: PolicyDocument = {
    ...{ format: 1, installation: "gov.example", version: 1, issued: instant(0), expires: instant(1) },
    ...{ utcOffsetMinutes: 0, addressesAllowedOn: [], observe: { everywhere: false, departments: [] } },
    services: [service("whatsapp", "whatsapp.com"), service("drive", "drive.example")],
    rules: [{ id: "all", effect: "blocked", machineClass: "internal-desktop", clause: "6.3" }],
    grants: [],
    machines: [],
  };
  #listeners = new Set<(published: { readonly document: PolicyDocument }) => void>();

  current(): PolicyDocument {
    return this.#document;
  }

  onPublished(listener: (published: { readonly document: PolicyDocument }) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  publish(change: Partial<PolicyDocument>): number {
    const version = this.#document.version + 1;
    this.#document = { ...this.#document, ...change, version };
    for (const listener of this.#listeners) listener({ document: this.#document });
    return version;
  }
}

function signer() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const unpadded = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");
  const id = "ed25519:p_test";
  return {
    sign: (text: string) => ({ [id]: unpadded(sign(null, Buffer.from(text), privateKey)) }),
    keys: () => [{ id, public_key: unpadded(raw) }],
  };
}

/** Starts it; its certificate is made in a directory. */
export async function startSite(directory: string): Promise<Site> {
  const [key, cert] = [join(directory, "site.key"), join(directory, "site.crt")];
  const made = spawnSync("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...["-subj", "/CN=web.whatsapp.com", "-keyout", key, "-out", cert],
  ]);
  if (made.status !== 0) throw new Error("no certificate could be made");
  const asked: string[] = [];
  let connections = 0;
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    asked.push(`${request.headers.host}${request.url}`);
    const isWorker = request.url === "/sw.js";
    const to = new URL(request.url ?? "/", "https://site.example").searchParams.get("to");
    if (to !== null) return void response.writeHead(302, { location: to }).end();
    response.setHeader("content-type", isWorker ? "text/javascript" : "text/html");
    response.end(isWorker ? WORKER : `<!doctype html><title>Outside</title><h1>The site ${request.url}</h1>`);
  });
  server.on("connection", () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  return {
    port: Object(address).port,
    connections: () => connections,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A site's own service worker, which answers its pages from its own store. */
const WORKER = `self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => event.respondWith(new Response("<!doctype html><title>Kept</title><h1>The site, kept</h1>", { headers: { "content-type": "text/html" } })));`;
