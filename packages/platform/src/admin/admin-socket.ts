import { failure, type Result } from "@causeway/base";
import { closeSync, openSync, rmSync } from "node:fs";
import { createServer, request, type IncomingMessage } from "node:http";
import { basename, dirname } from "node:path";
import type { DataPlaces } from "../data-directory/index.ts";
import type { Operations } from "./operation.ts";

/** The largest input of an operation. */
const MAX_INPUT_BYTES = 1_048_576;
/** A socket's name may have 107 bytes; a longer one is reached by way of its open directory. */
const MAX_SOCKET_BYTES = 100;

/** A name under which a socket can be bound or reached, until it is closed. */
function shortName(path: string): { readonly name: string; close(): void } {
  if (Buffer.byteLength(path) <= MAX_SOCKET_BYTES || process.platform !== "linux")
    return { name: path, close: () => undefined };
  const directory = openSync(dirname(path), "r");
  return { name: `/proc/self/fd/${directory}/${basename(path)}`, close: () => closeSync(directory) };
}

/**
 * Serves operators' commands at a socket in the data directory that only the server's own user can open (mode 600). Whoever may
 * open it may read and write the database as well, so nothing more is asked. `failed` is told of surprises.
 */
export function serveAdmin(
  places: DataPlaces,
  operations: Operations,
  failed: (error: unknown) => void,
): Promise<{ close(): Promise<void> }> {
  const server = createServer((incoming, response) => {
    answer(operations, incoming)
      .catch((error: unknown): Result<unknown> => {
        failed(error);
        return failure("M_UNKNOWN");
      })
      .then((result) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(result)))
      .catch(failed);
  });
  rmSync(places.adminSocket, { force: true }); // left by a server that was killed: the directory's lock is ours
  const socket = shortName(places.adminSocket);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    const before = process.umask(0o177); // the socket is bound within this turn
    server.listen(socket.name, () =>
      resolve({
        close: () =>
          new Promise((done) => {
            server.close(() => {
              socket.close();
              rmSync(places.adminSocket, { force: true });
              done();
            });
            server.closeIdleConnections();
          }),
      }),
    );
    process.umask(before);
  });
}

async function answer(operations: Operations, incoming: IncomingMessage): Promise<Result<unknown>> {
  const name = (incoming.url ?? "").slice(1);
  const run = incoming.method === "POST" && Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (run === undefined) return failure("M_UNRECOGNIZED", "The running server does not know this command.");
  const text = await textOf(incoming, MAX_INPUT_BYTES);
  return text === undefined ? failure("M_TOO_LARGE") : await run(JSON.parse(text));
}

async function textOf(incoming: IncomingMessage, most: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > most) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

/** Has the running server do something; undefined when no server answers. */
export function askServer(places: DataPlaces, operation: string, input: unknown): Promise<Result<unknown> | undefined> {
  const socket = shortName(places.adminSocket);
  return new Promise<Result<unknown> | undefined>((resolve, reject) => {
    const asked = request({ socketPath: socket.name, path: `/${operation}`, method: "POST" }, (incoming) => {
      textOf(incoming, Number.MAX_SAFE_INTEGER).then((text) => resolve(JSON.parse(text ?? "")), reject);
    });
    asked.on("error", (error) => {
      const code: unknown = Reflect.get(error, "code");
      if (code === "ENOENT" || code === "ECONNREFUSED") resolve(undefined);
      else reject(error);
    });
    asked.end(JSON.stringify(input));
  }).finally(() => socket.close());
}
