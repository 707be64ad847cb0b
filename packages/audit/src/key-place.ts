import {
  DataDirectoryError,
  makeDirectoryDurably,
  writeDurably,
  writeDurablyLater,
  type Config,
  type DataPlaces,
} from "@causeway/platform";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseCheckpoint, type Checkpoint } from "./note/checkpoint.ts";
import { parsePrivateKey, parseVkey, privateKeyLine, signerOf, type NoteSigner, type Verifier } from "./note/keys.ts";
import { openNote } from "./note/note.ts";

/** The files beside the key. */
const FILES = { key: "log.key", vkey: "log.vkey", checkpoint: "checkpoint", former: "former" } as const;

/** Where the log's key is: where the configuration says, else beside the data directory. */
export function keyPlaceOf(
  config: Pick<Config, "auditKeyDirectory">,
  places: Pick<DataPlaces, "path">,
): { readonly place: KeyPlace; readonly isNamed: boolean } {
  const named = config.auditKeyDirectory;
  return { place: new KeyPlace(named ?? `${places.path}-audit`), isNamed: named !== undefined };
}

/** The log cannot go on with what is there, and what to do about it. */
export class AuditLogError extends DataDirectoryError {
  constructor(message: string) {
    super(message);
    this.name = "AuditLogError";
  }
}

/**
 * The directory of the log's key. It is no part of the data directory: who gets hold of that alone can neither sign another history nor
 * go back to an older one unnoticed, because the last checkpoint is kept here.
 */
export class KeyPlace {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  #file(name: keyof typeof FILES): string {
    return join(this.path, FILES[name]);
  }

  /** The key, when there is one. @throws AuditLogError when it cannot be read as one. */
  signer(): NoteSigner | undefined {
    const file = this.#file("key");
    if (!existsSync(file)) return undefined;
    const signer = parsePrivateKey(readFileSync(file, "utf8"));
    if (signer === undefined) throw new AuditLogError(`${file} is not the key of an audit log`);
    return signer;
  }

  /** Makes a key that signs under a name, where there is none. */
  make(name: string): NoteSigner {
    const seed = randomBytes(32);
    const signer = signerOf(name, seed);
    try {
      makeDirectoryDurably(this.path);
      writeDurably(this.#file("vkey"), `${signer.vkey}\n`);
      writeDurably(this.#file("key"), privateKeyLine(signer, seed));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new AuditLogError(
        `the audit log's key cannot be kept in ${this.path} (${why}): name a directory that this user may write to with audit.keyDirectory (CAUSEWAY_AUDIT_KEY_DIRECTORY), outside the data directory`,
      );
    }
    return signer;
  }

  /** The public keys of this log: the present one first, then those that came before it. */
  verifiers(): readonly Verifier[] {
    const keys = [
      this.present(),
      ...this.#former()
        .split("\n")
        .map((line) => parseVkey(line.trim())),
    ];
    return keys.filter((key) => key !== undefined);
  }

  /** The public key of the log as it is now. */
  present(): Verifier | undefined {
    return existsSync(this.#file("vkey")) ? parseVkey(readFileSync(this.#file("vkey"), "utf8").trim()) : undefined;
  }

  #former(): string {
    return existsSync(this.#file("former")) ? readFileSync(this.#file("former"), "utf8") : "";
  }

  /** The last checkpoint that was published, checked. @throws AuditLogError when it is none of the key's. */
  checkpoint(): Checkpoint | undefined {
    const file = this.#file("checkpoint");
    if (!existsSync(file)) return undefined;
    const opened = openNote(readFileSync(file, "utf8"), this.verifiers());
    const checkpoint = typeof opened === "string" ? undefined : parseCheckpoint(opened.text);
    if (checkpoint === undefined) throw new AuditLogError(`${file} is not a checkpoint that the log's key has signed`);
    return checkpoint;
  }

  /** Keeps a checkpoint; resolves when it is on the disk. */
  keep(checkpoint: string): Promise<void> {
    return writeDurablyLater(this.#file("checkpoint"), checkpoint);
  }

  /** Ends the key for good: what it has signed can still be checked, and it signs no more. The log that comes next is another one. */
  retire(): void {
    const present = this.present();
    if (present !== undefined) {
      writeDurably(this.#file("former"), `${this.#former()}${present.vkey}\n`);
      if (existsSync(this.#file("checkpoint")))
        writeDurably(join(this.path, `checkpoint.${present.id}`), readFileSync(this.#file("checkpoint"), "utf8"));
    }
    // The key first: what a crash leaves then refuses to start, and signs nothing.
    for (const name of ["key", "checkpoint", "vkey"] as const) rmSync(this.#file(name), { force: true });
  }
}
