import type { Access } from "@causeway/access";
import type { Accounts } from "@causeway/accounts";
import type { Cards } from "@causeway/cards";
import type { Clock } from "@causeway/base";
import type { Directory } from "@causeway/directory";
import type { Keys } from "@causeway/matrix-keys";
import type { Push } from "@causeway/matrix-push";
import type { AllRooms } from "@causeway/matrix-rooms";
import type { Hub } from "@causeway/matrix-sync";
import type { Config, DataDirectory, Log, Metrics, Site } from "@causeway/platform";
import type { WiredEndpoints } from "./wire-endpoints.ts";
import type { WiredPolicy } from "./wire-policy.ts";

/** What a server is built from. */
export interface WireOptions {
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Where clients reach the server when the configuration does not say; read when it is needed, because a port may be found late. */
  readonly publicUrl: string;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** The web client, when it was built. */
  readonly site?: Site | undefined;
  /** Networks of managed devices beside the configured ones: with sample data, the machine itself. */
  readonly officeNetworks?: readonly string[];
  /** The next authorities up where the configuration names none: with sample data. */
  readonly accessAuthorities?: Readonly<Record<string, string>>;
}

/** A part that must be there by now. */
export function known<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error("a part of the server was used before it was built");
  return part;
}

/** Parts that others need before they can be built; they are there before the first request is. */
export interface Late {
  access?: Access;
  accounts?: Accounts;
  directory?: Directory;
  keys?: Keys;
  rooms?: AllRooms;
  hub?: Hub;
  push?: Push;
  cards?: Cards;
  policy?: WiredPolicy;
  endpoints?: WiredEndpoints;
}
