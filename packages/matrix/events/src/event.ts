import type { EventId, RoomId, UserId } from "@causeway/base";

/** JSON content of an event. */
export type Content = Readonly<Record<string, unknown>>;

/** What authorisation looks at in an event. */
export interface AuthEvent {
  readonly type: string;
  readonly sender: UserId;
  readonly state_key?: string;
  readonly content: Content;
  readonly event_id?: EventId;
  readonly room_id?: RoomId;
  readonly redacts?: string;
  readonly prev_events?: readonly EventId[];
}

/** A persistent data unit: an event as servers know it (Matrix specification, room versions 3 and later). */
export interface Pdu extends AuthEvent {
  readonly origin_server_ts: number;
  readonly depth: number;
  readonly prev_events: readonly EventId[];
  readonly auth_events: readonly EventId[];
  readonly hashes: { readonly sha256: string };
  readonly signatures: Signatures;
  readonly unsigned?: Content;
}

/** By server (or user), then by key id. */
export type Signatures = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A room's state as the rules see it. */
export type StateLookup = (type: string, stateKey: string) => AuthEvent | undefined;

/** The piece of state that an event sets, as a key of a map. */
export function stateKeyOf(type: string, stateKey: string): string {
  return `${type}\0${stateKey}`;
}

/** A room's state: by `stateKeyOf`, which event set each piece. */
export type StateMap<Value = EventId> = ReadonlyMap<string, Value>;

/** The part of an event that clients get of a room they are not in (client-server API, "Stripped state"). */
export interface StrippedState {
  readonly type: string;
  readonly state_key: string;
  readonly sender: UserId;
  readonly content: Content;
}

/** Strips a state event. */
export function strippedState(event: AuthEvent & { readonly state_key: string }): StrippedState {
  const { type, state_key, sender, content } = event;
  return { type, state_key, sender, content };
}
