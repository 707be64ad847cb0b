import { crc32, deflateRawSync } from "node:zlib";

/** A file in an archive. */
export interface ZippedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const NEEDED = 20;
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
/** 1 January 1980, midnight: the same files make the same archive. */
const DATE = 0x21;

/** Writes a zip archive; the same files give the same bytes. */
export function zipOf(files: readonly ZippedFile[]): Buffer {
  const parts: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const path = Buffer.from(name);
    const packed = deflateRawSync(bytes, { level: 9 });
    const facts = [NEEDED, UTF8_NAMES, DEFLATED, 0, DATE] as const;
    const sizes = [crc32(bytes), packed.length, bytes.length] as const;
    const local = Buffer.concat([
      numbers(4, LOCAL),
      numbers(2, ...facts),
      numbers(4, ...sizes),
      numbers(2, path.length, 0),
      path,
      packed,
    ]);
    entries.push(
      Buffer.concat([
        ...[numbers(4, CENTRAL), numbers(2, NEEDED, ...facts), numbers(4, ...sizes)],
        ...[numbers(2, path.length, 0, 0, 0, 0), numbers(4, 0, offset), path],
      ]),
    );
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(entries);
  const end = [
    numbers(4, END),
    numbers(2, 0, 0, files.length, files.length),
    numbers(4, central.length, offset),
    numbers(2, 0),
  ];
  return Buffer.concat([...parts, central, ...end]);
}

/** Numbers of so many bytes, the lowest byte first. */
function numbers(bytes: 2 | 4, ...values: readonly number[]): Buffer {
  const made = Buffer.alloc(bytes * values.length);
  values.forEach((value, place) => made.writeUIntLE(value, place * bytes, bytes));
  return made;
}
