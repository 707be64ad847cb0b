import { mkdirSync, writeFileSync } from "node:fs";
import { constants } from "node:fs";
import { join } from "node:path";
import { FileImage } from "./file-image.ts";
import type { LogRecord } from "./log.ts";
import type { Chance } from "./random.ts";

/** Syncs that the replay leaves out, to show that the test would notice a program which left them out. */
export type ForgetSync = (path: string, kind: "file" | "directory") => boolean;

/** A change of a directory: a name that comes, or one that goes. */
interface NameChange {
  readonly seq: number;
  readonly directory: Directory;
  readonly name: string;
  readonly node: Node | undefined;
  /** The coming of the same node under another name: a rename never loses a file, so without it this does not happen either. */
  readonly after: NameChange | undefined;
}

class Directory {
  readonly now = new Map<string, Node>();
  readonly safe = new Map<string, Node>();
}

type Node = Directory | FileImage;

/**
 * A disk that is fed with the recorder's log. It knows at every moment what would be left if the power went now, by rules
 * stricter than most file systems': only a sync of the file keeps its bytes, and only a sync of the directory keeps a name.
 */
export class Disk {
  readonly #root: string;
  readonly #forget: ForgetSync;
  readonly #top = new Directory();
  readonly #descriptors = new Map<number, { readonly node: Node; readonly path: string }>();
  readonly #syncs = new Map<number, { readonly node: Node; readonly seq: number }>();
  #names: NameChange[] = [];
  #seq = 0;

  constructor(root: string, forget: ForgetSync = () => false) {
    this.#root = root;
    this.#forget = forget;
  }

  /** Applies the next record. */
  apply(record: LogRecord): void {
    this.#seq += 1;
    switch (record.kind) {
      case "open":
        return this.#open(record);
      case "close":
        return void this.#descriptors.delete(record.fd);
      case "write":
        return this.#fileOf(record.fd).write(this.#seq, record.offset, record.data);
      case "truncate":
        return this.#fileOf(record.fd).truncate(this.#seq, record.size);
      case "sync-begin":
        return this.#syncBegins(record);
      case "sync-end":
        return this.#syncEnds(record.thread);
      case "mkdir":
        return void this.#setName(record.path, new Directory());
      case "unlink":
      case "rmdir":
        return void this.#setName(record.path, undefined);
      case "link":
        return void this.#setName(record.to, this.#find(record.from));
      case "rename": {
        const arrival = this.#setName(record.to, this.#find(record.from));
        return void this.#setName(record.from, undefined, arrival);
      }
    }
  }

  /** Writes to `target` what a disk may hold if the power goes now. */
  cutTo(target: string, chance: Chance): void {
    const kept = [0, 0.1, 0.5, 0.9, 1][chance.below(5)] ?? 0;
    const names = this.#namesAfterCut(chance, kept);
    writeTree(names.get(this.#top) ?? this.#top.safe, target, {
      entries: (directory) => names.get(directory) ?? directory.safe,
      bytes: (file) => file.afterPowerCut(chance, kept),
    });
  }

  /** Writes to `target` what the program saw at this moment. */
  copyTo(target: string): void {
    writeTree(this.#top.now, target, { entries: (directory) => directory.now, bytes: (file) => file.current() });
  }

  #open(record: Extract<LogRecord, { kind: "open" }>): void {
    let node = this.#find(record.path);
    if (node === undefined) {
      if ((record.flags & constants.O_CREAT) === 0)
        throw new Error(`the log opens a file that it never made: ${record.path}`);
      node = new FileImage();
      this.#setName(record.path, node);
    } else if ((record.flags & constants.O_TRUNC) !== 0 && node instanceof FileImage) node.truncate(this.#seq, 0);
    this.#descriptors.set(record.fd, { node, path: record.path });
  }

  #syncBegins(record: Extract<LogRecord, { kind: "sync-begin" }>): void {
    const open = this.#descriptors.get(record.fd);
    if (open === undefined) throw new Error("the log syncs a file that is not open");
    const kind = open.node instanceof Directory ? "directory" : "file";
    if (this.#forget(open.path, kind)) this.#syncs.delete(record.thread);
    else this.#syncs.set(record.thread, { node: open.node, seq: this.#seq });
  }

  #syncEnds(thread: number): void {
    const sync = this.#syncs.get(thread);
    this.#syncs.delete(thread);
    if (sync === undefined) return;
    const { node, seq } = sync;
    if (node instanceof FileImage) return node.sync(seq);
    this.#names = this.#names.filter((change) => {
      if (change.directory !== node || change.seq > seq) return true;
      applyName(change, change.directory.safe);
      return false;
    });
  }

  /** Of the names that are not safe yet some survive: up to some moment (a journal), or any of them (no journal). */
  #namesAfterCut(chance: Chance, kept: number): ReadonlyMap<Directory, Map<string, Node>> {
    const inOrder = chance.is(0.5);
    const until = inOrder ? chance.below(this.#names.length + 1) : this.#names.length;
    const survivors = new Set<NameChange>();
    const after = new Map<Directory, Map<string, Node>>();
    const pending = new Set(this.#names);
    for (const change of this.#names.slice(0, until)) {
      if (!inOrder && !chance.is(kept)) continue;
      if (change.after !== undefined && pending.has(change.after) && !survivors.has(change.after)) continue;
      survivors.add(change);
      const names = after.get(change.directory) ?? new Map(change.directory.safe);
      applyName(change, names);
      after.set(change.directory, names);
    }
    return after;
  }

  #fileOf(fd: number): FileImage {
    const node = this.#descriptors.get(fd)?.node;
    if (!(node instanceof FileImage)) throw new Error("the log writes to a file that is not open");
    return node;
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#top;
    for (const name of this.#namesIn(path)) node = node instanceof Directory ? node.now.get(name) : undefined;
    return node;
  }

  #setName(path: string, node: Node | undefined, after?: NameChange): NameChange {
    const names = this.#namesIn(path);
    const name = names.at(-1) ?? "";
    const directory = this.#find(join(this.#root, ...names.slice(0, -1)));
    if (!(directory instanceof Directory)) throw new Error(`the log names a directory that it never made: ${path}`);
    const change = { seq: this.#seq, directory, name, node, after };
    applyName(change, directory.now);
    this.#names.push(change);
    return change;
  }

  #namesIn(path: string): readonly string[] {
    return path
      .slice(this.#root.length)
      .split("/")
      .filter((name) => name !== "" && name !== ".");
  }
}

function applyName(change: NameChange, names: Map<string, Node>): void {
  if (change.node === undefined) names.delete(change.name);
  else names.set(change.name, change.node);
}

function writeTree(
  names: ReadonlyMap<string, Node>,
  target: string,
  view: { entries(directory: Directory): ReadonlyMap<string, Node>; bytes(file: FileImage): Buffer },
): void {
  mkdirSync(target, { recursive: true });
  for (const [name, node] of names) {
    // SQLite rebuilds its index of the write-ahead log from the log; it is memory, and no power cut keeps it.
    if (name.endsWith("-shm")) continue;
    if (node instanceof Directory) writeTree(view.entries(node), join(target, name), view);
    else writeFileSync(join(target, name), view.bytes(node));
  }
}
