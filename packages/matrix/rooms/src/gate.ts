import type { RecordAudit } from "@causeway/audit";
import type { Clock, RoomId, UserId } from "@causeway/base";
import type { Database } from "@causeway/platform";
import { randomUUID } from "node:crypto";
import { isRestricted, LABEL, labelOf } from "./labels.ts";
import type { Room } from "./room.ts";
import { addGrant, endGrants, openGrants, type GateGrant } from "./store-gate.ts";

/** Whoever looks at a room: a person on a device of a class. */
export interface Looker {
  readonly user: UserId;
  readonly managed: boolean;
}

/** What the gate works with. */
export interface GateParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly audit: RecordAudit;
  /** False: every device is the government's. */
  readonly isOn: boolean;
}

/** Keeps RESTRICTED and CONFIDENTIAL rooms from personal devices until the head has allowed it. Answers from memory. */
export class Gate {
  #parts: GateParts;
  #grants = new Map<string, GateGrant>();
  #changed: (user: UserId, roomId: RoomId, pos: number) => void = () => undefined;

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** Reads the grants; before the first request. `changed` is told after each commit that opens or closes a room for somebody. */
  async load(changed: (user: UserId, roomId: RoomId, pos: number) => void): Promise<void> {
    this.#changed = changed;
    for (const grant of await openGrants(this.#parts.db)) this.#grants.set(nameOf(grant), grant);
  }

  /** Whether anything is kept from anybody. */
  get isOn(): boolean {
    return this.#parts.isOn;
  }

  /** Whether a device may see nothing of a room. */
  hides(looker: Looker, room: Room): boolean {
    if (looker.managed || !this.#parts.isOn || !isRestricted(labelOf(room))) return false;
    return this.#grantOf(looker.user, room.id) === undefined;
  }

  #grantOf(user: UserId, roomId: RoomId): GateGrant | undefined {
    const grant = this.#grants.get(nameOf({ user, roomId }));
    return grant !== undefined && grant.until > this.#parts.clock.now() ? grant : undefined;
  }

  /** From which position on a room that is not hidden is there for a personal device: a grant, or a label that was lowered. */
  shownSince(looker: Looker, room: Room): number {
    if (looker.managed || !this.#parts.isOn) return 0;
    const grant = this.#grantOf(looker.user, room.id);
    return Math.max(grant?.pos ?? 0, isRestricted(labelOf(room)) ? 0 : (room.entry(LABEL, "")?.event.pos ?? 0));
  }

  /** The grants of a room that hold now. */
  grantsOf(roomId: RoomId): readonly GateGrant[] {
    return [...this.#grants.values()].filter((one) => one.roomId === roomId && one.until > this.#parts.clock.now());
  }

  /** Keeps a head's permission, in place of one that there was. */
  async allow(wish: {
    readonly roomId: RoomId;
    readonly user: UserId;
    readonly by: UserId;
    readonly reason: string;
    readonly until: number;
  }): Promise<GateGrant> {
    const at = this.#parts.clock.now();
    const tx = this.#parts.db.begin();
    const grant: GateGrant = { ...wish, id: randomUUID(), at, pos: tx.position() };
    endGrants(tx, wish, { user: wish.by, at });
    addGrant(tx, grant);
    this.#parts.audit(tx, {
      ...{ act: "room.gate-opened", by: wish.by, on: wish.roomId, at },
      facts: { person: wish.user, until: wish.until, reason: wish.reason },
    });
    tx.onCommitted(() => {
      this.#grants.set(nameOf(grant), grant);
      this.#changed(grant.user, grant.roomId, grant.pos);
    });
    await tx.commit();
    return grant;
  }

  /** Ends a permission. */
  async withdraw(of: { readonly roomId: RoomId; readonly user: UserId; readonly by: UserId }): Promise<void> {
    const tx = this.#parts.db.begin();
    const pos = tx.position();
    const at = this.#parts.clock.now();
    endGrants(tx, of, { user: of.by, at });
    this.#parts.audit(tx, { act: "room.gate-closed", by: of.by, on: of.roomId, at, facts: { person: of.user } });
    tx.onCommitted(() => {
      this.#grants.delete(nameOf(of));
      this.#changed(of.user, of.roomId, pos);
    });
    await tx.commit();
  }
}

function nameOf(of: { readonly user: UserId; readonly roomId: RoomId }): string {
  return `${of.roomId} ${of.user}`;
}
