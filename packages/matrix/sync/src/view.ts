import type { DeviceId, UserId } from "@causeway/base";
import type { Room } from "@causeway/matrix-rooms";
import type { SyncFilter } from "./filter.ts";
import type { Person, SyncingDevice } from "./person.ts";

/** Who asks, how far they have come, and how they want it. */
export interface View {
  readonly user: UserId;
  readonly deviceId: DeviceId;
  /** Whether the device is managed: a personal one sees no RESTRICTED room. */
  readonly managed: boolean;
  readonly person: Person;
  readonly device: SyncingDevice;
  readonly filter: SyncFilter;
  /** Whom the reader does not want to hear of. */
  readonly ignored: ReadonlySet<UserId>;
  /** Everything in `(from, to]` is new; 0 at a first sync. */
  readonly from: number;
  readonly to: number;
  readonly fullState: boolean;
  /** `state_after` instead of `state`, under this name. */
  readonly stateAfter: string | undefined;
  readonly now: number;
}

/** A room in a view; `from` is 0 when the reader has just come in. */
export interface RoomView extends View {
  readonly room: Room;
}
