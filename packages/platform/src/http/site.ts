import { randomBytes } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { extname, join } from "node:path";

/** A request for a page or a file of the web client. */
export interface SiteRequest {
  /** Without the query. */
  readonly path: string;
  readonly accept: string;
  readonly acceptEncoding: string;
  readonly ifNoneMatch: string | undefined;
  readonly secure: boolean;
}

/** An answer of the site; `body` is undefined for 304. */
export interface SiteReply {
  readonly status: 200 | 304 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** The built web client, ready to be served. */
export interface Site {
  respond(request: SiteRequest): Promise<SiteReply>;
}

/** What `vite build` writes where the nonce belongs. */
const NONCE = "__CSP_NONCE__";

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
  ".json": "application/json; charset=utf-8",
  ".ico": "image/x-icon",
  ".map": "application/json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

const ENCODINGS = [
  { name: "br", suffix: ".br" },
  { name: "gzip", suffix: ".gz" },
] as const;

/** Opens a directory that the client was built into; undefined when there is no `index.html` in it. */
export async function openSite(directory: string): Promise<Site | undefined> {
  const template = await readFile(join(directory, "index.html"), "utf8").catch(() => undefined);
  if (template === undefined) return undefined;
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length).replaceAll("\\", "/"));
  return new BuiltSite(directory, template, new Set(names));
}

class BuiltSite implements Site {
  #directory: string;
  #template: string;
  /** Only what was there at the start is ever read: no path that a request makes up reaches the disk. */
  #names: ReadonlySet<string>;

  constructor(directory: string, template: string, names: ReadonlySet<string>) {
    this.#directory = directory;
    this.#template = template;
    this.#names = names;
  }

  async respond(request: SiteRequest): Promise<SiteReply> {
    const { path } = request;
    const isFile =
      this.#names.has(path) && path !== "/index.html" && path !== "/manifest.json" && !/\.(br|gz)$/.test(path);
    if (isFile) return await this.#file(request);
    return wantsPage(request) ? this.#page(request) : notFound(request);
  }

  async #file(request: SiteRequest): Promise<SiteReply> {
    const { path } = request;
    const isHashed = path.startsWith("/assets/");
    const etag = `"${path.slice(1).replaceAll(/[^\w.-]/g, "-")}"`;
    const headers = {
      ...pageHeaders(request),
      "content-type": TYPES[extname(path)] ?? "application/octet-stream",
      "cache-control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
      // A script may become a worker, a picture may be opened by itself: each is then under its own policy.
      "content-security-policy": path.endsWith(".js") ? policyOf(undefined) : "default-src 'none'; sandbox",
      vary: "accept-encoding",
      ...(isHashed ? { etag } : {}),
    };
    if (isHashed && request.ifNoneMatch === etag) return { status: 304, headers, body: undefined };
    const encoding = ENCODINGS.find(({ name, suffix }) => accepts(request, name) && this.#names.has(path + suffix));
    const body = await readFile(join(this.#directory, path + (encoding?.suffix ?? "")));
    return {
      status: 200,
      headers: encoding === undefined ? headers : { ...headers, "content-encoding": encoding.name },
      body,
    };
  }

  #page(request: SiteRequest): SiteReply {
    const nonce = randomBytes(16).toString("base64");
    return {
      status: 200,
      headers: {
        ...pageHeaders(request),
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "content-security-policy": policyOf(nonce),
      },
      body: this.#template.replaceAll(NONCE, nonce),
    };
  }
}

/** A file that is not there is not a page: a script must not get HTML. Ids in addresses may have dots. */
function wantsPage({ path, accept }: SiteRequest): boolean {
  if (path.startsWith("/assets/")) return false;
  if (accept.includes("text/html")) return true;
  return (accept === "" || accept.includes("*/*")) && TYPES[extname(path)] === undefined;
}

function notFound(request: SiteRequest): SiteReply {
  const headers = {
    ...pageHeaders(request),
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'",
  };
  return { status: 404, headers, body: "There is no such file.\n" };
}

function accepts({ acceptEncoding }: SiteRequest, name: string): boolean {
  return acceptEncoding.split(",").some((part) => {
    const [coding = "", ...parameters] = part.trim().toLowerCase().split(";");
    return coding.trim() === name && !parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/.test(parameter));
  });
}

/** The Content-Security-Policy of the client: scripts, styles, data and pictures from here and nowhere else. */
export function policyOf(nonce: string | undefined): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    `style-src ${nonce === undefined ? "'none'" : `'nonce-${nonce}'`}`,
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "frame-src blob:",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function pageHeaders({ secure }: SiteRequest): Readonly<Record<string, string>> {
  return {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy":
      "camera=(self), microphone=(self), geolocation=(self), publickey-credentials-get=(self), publickey-credentials-create=(self), payment=(), usb=(), serial=(), bluetooth=()",
    ...(secure ? { "strict-transport-security": "max-age=31536000" } : {}),
  };
}
