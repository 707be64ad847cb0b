import type { GrantId, RequestId, Result, UnitId, UserId } from "@causeway/base";
import type { AccessListener, AccessRequest, DecisionWish, Grant } from "@causeway/access";
import type { RequestView } from "@causeway/contract";
import type { CardText } from "../texts.ts";

/** What the cards of requests and grants need of access. */
export interface CardAccess {
  subscribe(listener: AccessListener): () => void;
  decide(wish: DecisionWish): Promise<Result<RequestView>>;
  /** Requests that wait for somebody. */
  openRequests(): Promise<readonly AccessRequest[]>;
  requestOf(id: RequestId): Promise<AccessRequest | undefined>;
  grantOf(id: GrantId): Promise<Grant | undefined>;
  viewOf(id: RequestId, reader: UserId): Promise<RequestView | undefined>;
  approversOf(request: AccessRequest): readonly UserId[];
  advisersOf(request: AccessRequest): readonly UserId[];
}

/** What they are built from. */
export interface AccessCardParts {
  readonly access: CardAccess;
  /** The address at which people reach the web client; read when it is needed. */
  readonly publicUrl: () => string;
  /** What a department is called; undefined for one that there is not. */
  readonly departmentName: (unit: UnitId) => CardText | undefined;
  readonly utcOffsetMinutes: number;
}
