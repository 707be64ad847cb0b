import { connect, type Socket } from "node:net";
import type { Route } from "./networks.ts";

/** Why no connection came about. */
export type DialFailure = "refused" | "timeout";

/** Makes a connection when it is called; the function that it gives gives it up. */
export type Dial = (done: (socket: Socket | DialFailure) => void) => () => void;

/** Connects to the first address of a route that answers. The socket has no listeners of ours left on it but one that swallows errors, which its close tells as well. */
export function dial(route: Route, timeoutMs: number, done: (socket: Socket | DialFailure) => void): () => void {
  let at = 0;
  let isOver = false;
  let current: Socket | undefined;
  const attempt = (before: DialFailure): void => {
    const host = route.addresses[at];
    at += 1;
    if (isOver) return;
    if (host === undefined) {
      isOver = true;
      done(before);
      return;
    }
    current = open(host);
  };
  const open = (host: string): Socket => {
    const socket = connect({ host, port: route.port, allowHalfOpen: true, noDelay: true });
    const timer = setTimeout(() => fail("timeout"), timeoutMs);
    const fail = (why: DialFailure): void => {
      clearTimeout(timer);
      socket.removeListener("connect", onConnect);
      socket.removeListener("close", onClose);
      socket.destroy();
      attempt(why);
    };
    const onClose = (): void => fail("refused");
    const onConnect = (): void => {
      clearTimeout(timer);
      socket.removeListener("close", onClose);
      if (isOver) {
        socket.destroy();
        return;
      }
      isOver = true;
      done(socket);
    };
    socket.on("error", ignore);
    socket.once("close", onClose);
    socket.once("connect", onConnect);
    return socket;
  };
  attempt("refused");
  return () => {
    if (isOver) return;
    isOver = true;
    current?.destroy();
  };
}

/** The close that follows every error is what is acted on. */
export function ignore(): void {}
