import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);
const WORTHWHILE = /\.(js|css|wasm|svg|webmanifest)$/;
/** Beyond this the best quality takes many seconds for a few per cent. */
const LARGE = 1_000_000;

/** Writes `.br` and `.gz` beside every file that gets smaller by it. */
export async function compressAll(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile() && WORTHWHILE.test(entry.name));
  await Promise.all(paths.map((entry) => compress(join(entry.parentPath, entry.name))));
}

async function compress(path: string): Promise<void> {
  const bytes = await readFile(path);
  if (bytes.length < 512) return;
  const quality = bytes.length > LARGE ? 6 : 10;
  const options = {
    params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  };
  const [small, zipped] = await Promise.all([brotli(bytes, options), zip(bytes, { level: 6 })]);
  await Promise.all([writeFile(`${path}.br`, small), writeFile(`${path}.gz`, zipped)]);
}
