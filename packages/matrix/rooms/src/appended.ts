import type { UserId } from "@causeway/base";
import type { Call } from "./calls.ts";
import type { Room } from "./room.ts";
import type { StoredEvent } from "./stored-event.ts";

/** An event that has just become durable, with what its first readers need. */
export interface AppendedEvent {
  readonly room: Room;
  readonly event: StoredEvent;
  /** Set for `m.room.member`: whose, and from what to what. */
  readonly membership: MembershipChange | undefined;
  /** Who is called by it. */
  readonly calls: readonly Call[];
  /** For a redaction: the event that it redacted, in its new form, and the state event after it that had shown its content. */
  readonly rewritten: readonly StoredEvent[];
}

/** How somebody's membership changed. */
export interface MembershipChange {
  readonly user: UserId;
  readonly before: string | undefined;
  readonly after: string;
}
