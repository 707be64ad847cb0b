import type { DeviceId, UserId } from "@causeway/base";
import type { OidcProviderConfig, Tx } from "@causeway/platform";

/** What ends with a session in the same transaction: the device's keys. Called directly before the commit; it may reserve positions. */
export interface SessionsEnding {
  endDevices(tx: Tx, user: UserId, devices: readonly DeviceId[]): void;
}

/** A session that begins. */
export interface BegunSession {
  readonly device: DeviceId;
  readonly session: string;
  /** As the client called the device. */
  readonly name: string | undefined;
  readonly managed: boolean;
  /** Whether the person is signed in anywhere else: then somebody may want to hear of it. */
  readonly isOnly: boolean;
}

/** What is kept with a session's beginning, in the same transaction: that it is to be announced. Must not throw. */
export interface SessionsBeginning {
  beginSession(tx: Tx, user: UserId, begun: BegunSession): void;
}

/** A session that has ended, as the caller of its requests was called. */
export interface EndedSession {
  readonly device: DeviceId;
  readonly session: string;
}

/** Told after the commit. */
export interface AccountsListener {
  /** These sessions have ended, also when the same device signed in again: what waits on them must end. Must not throw. */
  sessionsEnded(user: UserId, ended: readonly EndedSession[]): void;
  /** The account is locked from now on, or no more: what its devices wait for must end. Must not throw. */
  accountLocked?(user: UserId, isLocked: boolean): void;
  /** The account has ended: the person leaves their rooms. Told again after a restart until it has succeeded once. */
  accountDeactivated(user: UserId): void | Promise<void>;
  /** A provider says what the person of a new account is called. */
  accountNamed?(user: UserId, name: string): void | Promise<void>;
}

/** Signing in with OpenID Connect providers. */
export interface SignOnParts {
  readonly providers: readonly OidcProviderConfig[];
  /** The client secrets by provider id. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Clients beside our own that may be returned to. */
  readonly redirectUrls: readonly string[];
  /** Who the directory knows by the value of the configured claim. */
  people(claim: string): UserId | undefined | Promise<UserId | undefined>;
  /** Told why a provider's answer was refused: for the log, which says no more than the kind of fault. */
  failed(error: unknown): void;
}
