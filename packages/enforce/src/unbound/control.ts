import { connect } from "node:net";

/** Unbound's remote control over its socket (`control-use-cert: no`). */
export interface UnboundControl {
  /** Has Unbound do something; its answer, trimmed. @throws UnboundError when it refuses, or cannot be reached. */
  command(text: string): Promise<string>;
}

/** Unbound refused a command, or could not be reached. */
export class UnboundError extends Error {
  readonly code: string;
  constructor(code: string, said: string) {
    super(`Unbound: ${said}`);
    this.name = "UnboundError";
    this.code = code;
  }
}

const PATIENCE_MS = 20_000;
const LONGEST_ANSWER = 16_777_216;

/** Speaks to the Unbound behind a control socket; one connection a command, as it wants it. */
export function unboundControl(socketPath: string): UnboundControl {
  return { command: (text) => run(socketPath, text) };
}

async function run(socketPath: string, text: string): Promise<string> {
  if (/[\r\n]/.test(text)) throw new UnboundError("BAD_COMMAND", "a command is one line");
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(socketPath);
  const chunks: Buffer[] = [];
  let length = 0;
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new UnboundError("TIMEOUT", "no answer")));
  socket.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > LONGEST_ANSWER) socket.destroy(new UnboundError("TOO_LONG", "the answer is too long"));
    else chunks.push(chunk);
  });
  socket.once("error", (error: NodeJS.ErrnoException) =>
    reject(
      error instanceof UnboundError ? error : new UnboundError(error.code ?? "UNREACHABLE", "it cannot be reached"),
    ),
  );
  socket.once("close", () => resolve(Buffer.concat(chunks).toString("utf8").trim()));
  socket.write(`UBCT1 ${text}\n`);
  const answer = await promise;
  if (answer === "" || answer.startsWith("error"))
    throw new UnboundError("REFUSED", answer === "" ? "no answer" : "refused");
  return answer;
}
