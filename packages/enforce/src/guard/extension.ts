import { baseFor, type PolicyDocument } from "@causeway/policy";
import { writeDurably } from "@causeway/platform";
import { createHash, type KeyObject } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "@causeway/base";
import { extensionIdOf, manifestKeyOf, signCrx } from "./crx.ts";
import { zipOf, type ZippedFile } from "./zip.ts";

/** The paths under the server's address. */
export const UPDATES_PATH = "/causeway/v1/guard/updates.xml";
const EXTENSION_PATH = "/causeway/v1/guard/guard.crx";
/** What was given out last, and under which version. Lost, the next one is just newer. */
const BUILDS = "guard-build.json";

/** What an extension is made from. */
export interface ExtensionParts {
  /** Where the guard was built; undefined files: it was not. */
  readonly files: readonly ZippedFile[];
  readonly key: KeyObject;
  readonly clock: Clock;
  readonly directory: string;
  readonly publicUrl: () => string;
  readonly document: () => PolicyDocument;
  readonly keys: () => readonly { readonly id: string; readonly public_key: string }[];
}

/** A signed extension. */
export interface SignedExtension {
  readonly version: string;
  readonly crx: Buffer;
}

/** The files that were built for the guard; none when it was not built. */
export function readBuiltGuard(directory: string): readonly ZippedFile[] {
  const names = ["icon-192.png", "managed-schema.json", "manifest.json", "no-upload.js", "worker.js"];
  if (!names.every((name) => existsSync(join(directory, name)))) return [];
  return names.map((name) => ({ name, bytes: readFileSync(join(directory, name)) }));
}

/** Makes the extension of this server: what was built, and what is the server's own, signed. Made again only when something in it is new. */
export class GuardExtension {
  readonly id: string;
  #parts: ExtensionParts;
  #last: { readonly digest: string; readonly made: SignedExtension } | undefined;

  constructor(parts: ExtensionParts) {
    this.#parts = parts;
    this.id = extensionIdOf(parts.key);
  }

  get isBuilt(): boolean {
    return this.#parts.files.length > 0;
  }

  /** The newest extension; undefined when the guard was not built. */
  current(): SignedExtension | undefined {
    if (!this.isBuilt) return undefined;
    const files = this.#files({});
    const hash = createHash("sha256");
    for (const { name, bytes } of files) hash.update(`${name}\0${bytes.length}\0`).update(bytes);
    const digest = hash.digest("hex");
    if (this.#last?.digest === digest) return this.#last.made;
    const version = this.#versionOf(digest);
    const made = { version, crx: signCrx(zipOf(this.#files({ version })), this.#parts.key) };
    this.#last = { digest, made };
    return made;
  }

  /** What browsers are told of the newest extension. */
  updates(): string | undefined {
    const made = this.current();
    if (made === undefined) return undefined;
    const address = `${this.#parts.publicUrl()}${EXTENSION_PATH}`;
    const hash = createHash("sha256").update(made.crx).digest("hex");
    return [
      "<?xml version='1.0' encoding='UTF-8'?>",
      "<gupdate xmlns='http://www.google.com/update2/response' protocol='2.0'>",
      `  <app appid='${this.id}'>`,
      `    <updatecheck codebase='${address}' version='${made.version}' hash_sha256='${hash}' />`,
      "  </app>",
      "</gupdate>",
      "",
    ].join("\n");
  }

  /** The files of the extension as a browser loads them from a folder, under the same id. */
  unpacked(): readonly ZippedFile[] {
    return this.#files({ version: "1.0", key: manifestKeyOf(this.#parts.key) });
  }

  /** What was built, with what is the server's own. */
  #files(more: { readonly version?: string; readonly key?: string }): readonly ZippedFile[] {
    const server = this.#parts.publicUrl();
    const { files } = this.#parts;
    const manifest: unknown = JSON.parse(textOf(files.find(({ name }) => name === "manifest.json")));
    const whole = {
      ...Object(manifest),
      ...more,
      update_url: `${server}${UPDATES_PATH}`,
      externally_connectable: { matches: [`${new URL(server).protocol}//${new URL(server).hostname}/*`] },
    };
    return [
      ...files.filter(({ name }) => name !== "manifest.json"),
      jsonFile("manifest.json", whole),
      jsonFile("config.json", this.#config(server)),
    ].toSorted((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** NOTE The head of the policy changes with every version: only what a guard without one needs goes in, so that a grant makes no new extension. */
  #config(server: string): object {
    const { services: _s, rules: _r, grants: _g, machines: _m, ...head } = this.#parts.document();
    const { services, rules } = baseFor(this.#parts.document(), { class: "internal-desktop" });
    return {
      server,
      installation: head.installation,
      keys: Object.fromEntries(this.#parts.keys().map((key) => [key.id, key.public_key])),
      initial: {
        head: { ...head, version: 0, issued: 0, expires: 0, observe: { ...head.observe, departments: [] } },
        base: { services, rules },
      },
    };
  }

  /** Numbers that rise with the time at which something in the extension became new. */
  #versionOf(digest: string): string {
    const path = join(this.#parts.directory, BUILDS);
    const known: unknown = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
    const { digest: last, version } = Object(known);
    if (last === digest && typeof version === "string") return version;
    const made = versionAt(this.#parts.clock.now());
    writeDurably(path, `${JSON.stringify({ digest, version: made })}\n`);
    return made;
  }
}

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2020, 0, 1);

/** `1.<day>.<half second of the day in two parts>`: each part of a version is 16 bits. */
function versionAt(now: number): string {
  const since = now - FIRST_DAY;
  const day = Math.floor(since / DAY_MS);
  const ticks = Math.floor((since % DAY_MS) / 50);
  return `1.${day}.${Math.floor(ticks / 1000)}.${ticks % 1000}`;
}

function jsonFile(name: string, value: object): ZippedFile {
  return { name, bytes: Buffer.from(`${JSON.stringify(value, null, 1)}\n`) };
}

function textOf(file: ZippedFile | undefined): string {
  return file === undefined ? "{}" : Buffer.from(file.bytes).toString("utf8");
}
