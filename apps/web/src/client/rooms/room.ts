import {
  ClientEvent,
  Direction,
  EventType,
  JoinRule,
  KnownMembership,
  RoomEvent,
  RoomStateEvent,
  type MatrixClient,
  type Room,
} from "matrix-js-sdk";
import { personIn, plainName, type PersonView } from "../people.ts";
import { coalesced, Model } from "../view-model.ts";
import { labelOf, type Label } from "./label.ts";
import { mayPin, pinnedIn, togglePin } from "./pins.ts";
import { directRooms } from "./room-item.ts";

/** A member of a room. */
export interface MemberView extends PersonView {
  readonly isInvited: boolean;
  readonly role: "admin" | "moderator" | "member";
}

/** What a room's header and its facts say. */
export interface RoomFacts {
  readonly id: string;
  readonly membership: "join" | "invite" | "gone";
  readonly name: string;
  readonly topic: string;
  readonly label: Label;
  readonly isDirect: boolean;
  readonly isEncrypted: boolean;
  readonly isExternal: boolean;
  readonly isPublic: boolean;
  readonly members: readonly MemberView[];
  readonly inviter?: PersonView;
  readonly mayInvite: boolean;
  readonly maySend: boolean;
  /** Whether one may call everybody in it at once. */
  readonly mayCallRoom: boolean;
  /** Ids of the pinned messages, the one pinned last at the end. */
  readonly pinned: readonly string[];
  readonly mayPin: boolean;
}

/** Follows one room's facts, and does what somebody may do with the room itself. */
export class RoomModel extends Model<RoomFacts> {
  readonly roomId: string;
  #client: MatrixClient;

  constructor(client: MatrixClient, roomId: string) {
    super(factsOf(client, roomId));
    this.#client = client;
    this.roomId = roomId;
    const look = coalesced(() => this.set(factsOf(client, roomId)));
    const ifThis = (id: string | undefined): void => {
      if (id === roomId) look();
    };
    client.on(ClientEvent.Room, (room) => ifThis(room.roomId));
    client.on(ClientEvent.DeleteRoom, ifThis);
    client.on(RoomEvent.Name, (room) => ifThis(room.roomId));
    client.on(RoomEvent.MyMembership, (room) => ifThis(room.roomId));
    client.on(RoomStateEvent.Events, (event) => ifThis(event.getRoomId()));
    client.on(RoomStateEvent.Members, (event) => ifThis(event.getRoomId()));
    client.on(ClientEvent.AccountData, look);
  }

  protected override watched(): void {
    void this.#loadMembers();
  }

  /** The SDK knows only who has spoken; the rest comes when somebody looks at the room. */
  async #loadMembers(): Promise<void> {
    const room = this.#client.getRoom(this.roomId);
    if (room?.getMyMembership() === KnownMembership.Join) await room.loadMembersIfNeeded().catch(() => undefined);
  }

  async join(): Promise<void> {
    const inviter = this.#client.getRoom(this.roomId)?.getDMInviter();
    await this.#client.joinRoom(this.roomId);
    void this.#loadMembers();
    if (inviter !== undefined) await markDirect(this.#client, inviter, this.roomId);
  }

  /** Leaves, or declines an invitation. */
  async leave(): Promise<void> {
    await this.#client.leave(this.roomId);
  }

  /** Pins a message, or takes it down when it is pinned. */
  async togglePin(id: string): Promise<void> {
    const room = this.#client.getRoom(this.roomId);
    if (room !== null) await togglePin(this.#client, room, id);
  }

  /** The first message from a moment on, or the last before it; undefined when there is none. */
  async messageAt(moment: number): Promise<string | undefined> {
    for (const direction of [Direction.Forward, Direction.Backward]) {
      const found = await this.#client.timestampToEvent(this.roomId, moment, direction).catch(() => undefined);
      if (found !== undefined) return found.event_id;
    }
    return undefined;
  }

  async invite(userId: string): Promise<void> {
    await this.#client.invite(this.roomId, userId);
  }
}

/** Writes down that a room is the direct one with somebody. */
export async function markDirect(client: MatrixClient, userId: string, roomId: string): Promise<void> {
  const before = client.getAccountData(EventType.Direct)?.getContent() ?? {};
  const known: unknown = before[userId];
  const list = Array.isArray(known) ? known.filter((id): id is string => typeof id === "string") : [];
  if (list.includes(roomId)) return;
  await client.setAccountData(EventType.Direct, { ...before, [userId]: [...list, roomId] });
}

function factsOf(client: MatrixClient, roomId: string): RoomFacts {
  const room = client.getRoom(roomId);
  if (room === null) return { ...nothing, id: roomId };
  const membership = room.getMyMembership();
  const inviterId = membership === KnownMembership.Invite ? inviterOf(client, room) : undefined;
  const members = membersOf(client, room);
  const state = room.currentState;
  const me = client.getSafeUserId();
  return {
    id: roomId,
    membership:
      membership === KnownMembership.Join ? "join" : membership === KnownMembership.Invite ? "invite" : "gone",
    name: plainName(room.name) || roomId,
    topic: topicOf(room),
    label: labelOf(room),
    isDirect: directRooms(client).has(roomId) || (inviterId !== undefined && room.getDMInviter() !== undefined),
    isEncrypted: room.hasEncryptionStateEvent(),
    isExternal: members.some(({ isExternal }) => isExternal),
    isPublic: room.getJoinRule() === JoinRule.Public,
    members,
    ...(inviterId === undefined ? {} : { inviter: personIn(client, room, inviterId) }),
    mayInvite: room.canInvite(me),
    pinned: pinnedIn(room),
    mayPin: membership === KnownMembership.Join && mayPin(client, room),
    mayCallRoom: room.currentState.mayTriggerNotifOfType("room", me),
    maySend: membership === KnownMembership.Join && state.maySendMessage(me),
  };
}

const nothing: Omit<RoomFacts, "id"> = {
  membership: "gone",
  name: "",
  topic: "",
  label: "unclassified",
  isDirect: false,
  isEncrypted: false,
  isExternal: false,
  isPublic: false,
  members: [],
  mayInvite: false,
  maySend: false,
  mayCallRoom: false,
  pinned: [],
  mayPin: false,
};

function inviterOf(client: MatrixClient, room: Room): string | undefined {
  return room.getMember(client.getSafeUserId())?.events.member?.getSender();
}

function topicOf(room: Room): string {
  const topic: unknown = room.currentState.getStateEvents("m.room.topic", "")?.getContent()["topic"];
  return typeof topic === "string" ? topic : "";
}

function membersOf(client: MatrixClient, room: Room): readonly MemberView[] {
  const collator = new Intl.Collator(undefined, { sensitivity: "base" });
  return room
    .getMembers()
    .filter(({ membership }) => membership === KnownMembership.Join || membership === KnownMembership.Invite)
    .map((member): MemberView => {
      const role = member.powerLevel >= 100 ? "admin" : member.powerLevel >= 50 ? "moderator" : "member";
      return {
        ...personIn(client, room, member.userId),
        isInvited: member.membership === KnownMembership.Invite,
        role,
      };
    })
    .toSorted((left, right) => collator.compare(left.name, right.name));
}
