import type { Clock } from "@causeway/base";
import type { Route, SocketLimits, SocketRoute } from "@causeway/platform";
import { GuardExtension, readBuiltGuard, UPDATES_PATH } from "./extension.ts";
import { openGuardKey } from "./guard-key.ts";
import { guardRoutes } from "./handlers.ts";
import type { GuardListener, GuardSubjects, PolicySigner, PublishedPolicy } from "./ports.ts";
import { defaultGuardLimits, GuardStream } from "./stream.ts";
import { GuardTickets, type TicketHolder } from "./tickets.ts";
import type { GuardFacts } from "../endpoint-files/file-input.ts";

export { defaultGuardLimits } from "./stream.ts";
export type { GuardListener, GuardSubjects, Obedience, PolicySigner, PublishedPolicy } from "./ports.ts";

/** What the server's part of the guard is made of. */
export interface GuardOptions {
  readonly clock: Clock;
  /** The data directory, where its key is. */
  readonly directory: string;
  /** Where the extension was built. */
  readonly built: string;
  readonly publicUrl: () => string;
  readonly policy: PublishedPolicy;
  readonly signer: PolicySigner;
  readonly subjects: GuardSubjects;
  readonly listener: GuardListener;
  readonly limits?: SocketLimits;
  /** How long a ticket is good for, unless its session ends before. */
  readonly ticketMs: number;
}

/** The server's part of the guard. */
export interface Guards {
  readonly routes: readonly Route[];
  readonly sockets: readonly SocketRoute[];
  readonly stream: Pick<GuardStream, "size" | "sessionsEnded" | "close">;
  /** The extension as it is, with files that a browser loads without packing. */
  readonly extension: Pick<GuardExtension, "id" | "isBuilt" | "unpacked">;
  /** A ticket for a session. */
  ticketFor(holder: TicketHolder): string;
  /** What browsers are told; undefined when the guard was not built. */
  facts(): GuardFacts | undefined;
}

/** Builds the server's part of the guard: the signed extension, and the stream that its guards listen to. */
export function createGuards(options: GuardOptions): Guards {
  const { clock, directory, publicUrl, policy, signer, subjects, listener } = options;
  const key = openGuardKey(directory);
  const extension = new GuardExtension({
    ...{ files: readBuiltGuard(options.built), key, clock, directory, publicUrl },
    document: () => policy.current(),
    keys: () => signer.keys(),
  });
  const tickets = new GuardTickets({ key, clock, lifetimeMs: options.ticketMs });
  const limits = options.limits ?? defaultGuardLimits;
  const extensionId = extension.id;
  const stream = new GuardStream({ clock, policy, signer, subjects, tickets, listener, limits, extensionId });
  return {
    routes: guardRoutes({ extension, stream, tickets }),
    sockets: [stream.route],
    stream,
    extension,
    ticketFor: (holder) => tickets.make(holder).ticket,
    facts: () => {
      const server = publicUrl();
      return extension.isBuilt ? { extensionId, updateUrl: `${server}${UPDATES_PATH}`, server } : undefined;
    },
  };
}
