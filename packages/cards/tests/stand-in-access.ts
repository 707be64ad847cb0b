import type { AccessEvent, AccessHappening, AccessListener, AccessRequest, DecisionWish } from "@causeway/access";
import { failure, instant, ok, parseRequestId, type RequestId, type Result, type UserId } from "@causeway/base";
import type { RequestView } from "@causeway/contract";
import type { CardAccess } from "../src/index.ts";

const none = { en: "", zhHant: "", zhHans: "" };

/** What a request of a test begins as. */
function viewOf(id: RequestId, requester: UserId, now: number): RequestView {
  return {
    request_id: id,
    version: 1,
    kind: "request",
    state: "asked",
    level: "low",
    need: "Photos of fallen trees\ncome here.",
    label: "unclassified",
    until: now + 20 * 86_400_000,
    scope: "officer",
    upload: true,
    requester: { user_id: requester, display_name: "陳大文 · CHAN Tai-man" },
    post: { post_id: "po_1", code: "R1", title_en: "Ranger", title_zh: "巡邏員", department: "RD" },
    department: "RD",
    posts: [],
    units: [],
    machine: { key: "addr:127.0.0.9", class: "internal-desktop" },
    services: [
      {
        service_id: "whatsapp",
        category: "messaging",
        name: { en: "WhatsApp", zhHant: "WhatsApp", zhHans: "WhatsApp" },
        reason: none,
        clause: "1",
      },
    ],
    sites: [],
    risk: { level: "low", points: 1, facts: [{ fact: "earlier-grants", points: 0, value: 2 }] },
    advice_needed: false,
    questions: [],
    waiting_for: "approver",
    advisers: [],
    approvers: [],
    steps: [],
    asked_at: now,
    changed_at: now,
    may: { advise: false, decide: false, step_up: false, answer: false, withdraw: false, ask: false },
  };
}

/** Stands in for access where a test wants to say how a request stands: one request, and one decision that wins. */
export class StandInAccess implements CardAccess {
  readonly id: RequestId;
  readonly wishes: DecisionWish[] = [];
  view: RequestView;
  approvers: readonly UserId[] = [];
  /** Called before a decision is made. */
  beforeDecision: () => void = () => undefined;
  #listeners = new Set<AccessListener>();
  #requester: UserId;
  #events = 0;

  constructor(requester: UserId, now: number) {
    const id = parseRequestId("rq_0123456789abcdef");
    if (id === undefined) throw new Error("not the id of a request");
    this.id = id;
    this.#requester = requester;
    this.view = viewOf(id, requester, now);
  }

  /** Changes how the request stands, and tells of it. */
  async now(change: Partial<RequestView>, happening: AccessHappening): Promise<AccessEvent> {
    this.view = { ...this.view, ...change };
    this.#events += 1;
    const event: AccessEvent = { id: `ev_${this.#events}`, at: instant(0), ...happening };
    await this.tell(event);
    return event;
  }

  async tell(event: AccessEvent): Promise<void> {
    for (const listener of this.#listeners) await listener(event);
  }

  subscribe(listener: AccessListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async decide(wish: DecisionWish): Promise<Result<RequestView>> {
    this.wishes.push(wish);
    this.beforeDecision();
    if (this.view.decision !== undefined) return failure("ACCESS_DECIDED");
    await this.now(
      { decision: this.decided(wish.by, wish.via), state: "active" },
      { kind: "decided", request: this.id },
    );
    return ok(this.view);
  }

  decided(by: UserId, via: "page" | "card" | "reaction"): NonNullable<RequestView["decision"]> {
    return { outcome: "approved", by: { user_id: by, display_name: `the one called ${by}` }, as: "head", via, at: 1 };
  }

  requestOf(): Promise<AccessRequest | undefined> {
    return Promise.resolve({ requester: this.#requester } as unknown as AccessRequest);
  }

  openRequests(): Promise<readonly AccessRequest[]> {
    return Promise.resolve([]);
  }

  grantOf(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  viewOf(_id: RequestId, reader: UserId): Promise<RequestView | undefined> {
    const mayDecide = this.approvers.includes(reader) && this.view.decision === undefined;
    if (!mayDecide && !this.approvers.includes(reader) && reader !== this.#requester) return Promise.resolve(undefined);
    const { may } = this.view;
    const waits = this.view.decision === undefined ? this.view.waiting_for : undefined;
    const { waiting_for: _, ...rest } = this.view;
    return Promise.resolve({
      ...rest,
      ...(waits === undefined ? {} : { waiting_for: waits }),
      may: {
        ...may,
        decide: mayDecide && waits === "approver",
        withdraw: reader === this.#requester && waits !== undefined,
      },
    });
  }

  approversOf(): readonly UserId[] {
    return this.approvers;
  }

  advisersOf(): readonly UserId[] {
    return [];
  }
}
