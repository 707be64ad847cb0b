/** One record of the recorder's log. `at` is the offset in the log behind the record: "by then it had happened". */
export type LogRecord = { readonly at: number } & (
  | { readonly kind: "open"; readonly fd: number; readonly flags: number; readonly path: string }
  | { readonly kind: "write"; readonly fd: number; readonly offset: number; readonly data: Buffer }
  | { readonly kind: "truncate"; readonly fd: number; readonly size: number }
  | { readonly kind: "sync-begin"; readonly thread: number; readonly fd: number }
  | { readonly kind: "sync-end"; readonly thread: number }
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  | { readonly kind: "link"; readonly from: string; readonly to: string }
  | { readonly kind: "unlink" | "mkdir" | "rmdir"; readonly path: string }
  | { readonly kind: "close"; readonly fd: number }
);

const HEADER = 32;

/** Reads the recorder's log. Throws at a record that says the recorder met something it cannot follow. */
export function* readLog(log: Buffer): Generator<LogRecord> {
  let start = 0;
  while (start + HEADER <= log.length) {
    const first = start + HEADER;
    const second = first + log.readUInt32LE(start + 16);
    const end = second + log.readUInt32LE(start + 20);
    if (end > log.length) return; // the program was killed while it wrote this record, so it told nobody about it
    yield parseRecord(log.subarray(start, first), log.subarray(first, second), {
      second: log.subarray(second, end),
      at: end,
    });
    start = end;
  }
}

function parseRecord(header: Buffer, first: Buffer, rest: { readonly second: Buffer; readonly at: number }): LogRecord {
  const { at } = rest;
  const fd = header.readInt32LE(4);
  const offset = Number(header.readBigUInt64LE(8));
  const flags = header.readInt32LE(24);
  const path = (): string => first.toString();
  switch (header.readUInt32LE(0)) {
    case 1:
      return { at, kind: "open", fd, flags, path: path() };
    case 2:
      return { at, kind: "write", fd, offset, data: first };
    case 3:
      return { at, kind: "truncate", fd, size: offset };
    case 4:
      return { at, kind: "sync-begin", thread: fd, fd: flags };
    case 5:
      return { at, kind: "sync-end", thread: fd };
    case 6:
      return { at, kind: "rename", from: path(), to: rest.second.toString() };
    case 7:
      return { at, kind: "unlink", path: path() };
    case 8:
      return { at, kind: "mkdir", path: path() };
    case 9:
      return { at, kind: "rmdir", path: path() };
    case 10:
      return { at, kind: "link", from: path(), to: rest.second.toString() };
    case 11:
      return { at, kind: "close", fd };
    default:
      throw new Error(`the recorder cannot follow: ${path()}`);
  }
}
