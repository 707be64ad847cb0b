import type { Result, ServerName, UserId } from "@causeway/base";
import type { EventSigner, Hashing } from "@causeway/matrix-events";
import type { AppendedEvent } from "./appended.ts";

/** Names, hashes and signs for this server (appendices, "Signing JSON"). */
export type Signer = EventSigner & Hashing & { readonly serverName: ServerName };

/** Who is a user of this server. */
export interface KnownUsers {
  /** Whether the account exists and is not deactivated. */
  isActive(user: UserId): boolean | Promise<boolean>;
  /** Whether it is the user that the server speaks as: it has a profile, and nobody can invite it. */
  isSystem?(user: UserId): boolean;
}

/** Names that come from the directory and cannot be changed by the person. */
export interface DirectoryNames {
  /** `陳大文 · CHAN Tai-man`, or undefined for somebody whom the directory does not know. */
  displayNameOf(user: UserId): string | undefined;
  /** People found by a name in either script, a user name, a post or a department, best first, with how well (as `LabelIndex` tells it); those of the asker's department before others. */
  search(
    text: string,
    how: { readonly limit: number; readonly asker: UserId },
  ): readonly { readonly id: UserId; readonly score: number }[];
}

/** Told of every event after its commit, in the order of positions. Must not throw. */
export interface RoomsListener {
  appended(events: readonly AppendedEvent[]): void;
}

/** Brings somebody into a room of another server; a later package fills it. */
export interface RemoteJoins {
  join(user: UserId, roomIdOrAlias: string, via: readonly string[]): Promise<Result<string>>;
}
