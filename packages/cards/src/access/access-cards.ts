import { parseRequestId, type Clock, type GrantId, type RequestId, type UserId } from "@causeway/base";
import type { AccessEvent } from "@causeway/access";
import type { RequestView } from "@causeway/contract";
import type { Card } from "../card.ts";
import type { PostCard, Posts } from "../posts.ts";
import type { CardReaction, ReactionOutcome } from "../ports.ts";
import type { Takes } from "../store.ts";
import type { CardText } from "../texts.ts";
import { glassCard, lookCard, reviewCard } from "./other-cards.ts";
import type { AccessCardParts } from "./ports.ts";
import { Reacting } from "./reacting.ts";
import { adviseCard, decideCard, ownCard, type CardPlace } from "./request-cards.ts";
import { answeredText, tellText } from "./tells.ts";

/** Which of the cards of a request: of whoever decides, advises, asked. */
export type RequestCardKind = "decide" | "advise" | "own";

const REQUEST = "access:request:";

function keyOf(request: RequestId, kind: RequestCardKind): string {
  return `${REQUEST}${request}:${kind}`;
}

/** The request that a card of its decision is of. */
function decidedByCard(key: string): RequestId | undefined {
  const [id, kind] = key.startsWith(REQUEST) ? key.slice(REQUEST.length).split(":") : [];
  return id === undefined || kind !== "decide" ? undefined : parseRequestId(id);
}

/**
 * Has the people whom a request or a grant concerns see how it stands, each in a card of their own, and follows what they answer by
 * reactions. Events may come twice: a card is posted once, and brought to how things are, not to what an event says.
 */
export class AccessCards {
  #posts: Posts;
  #parts: AccessCardParts;
  #place: () => CardPlace;
  #reacting: Reacting;

  constructor(posts: Posts, parts: AccessCardParts & { readonly clock: Clock }) {
    this.#posts = posts;
    this.#parts = parts;
    this.#place = () => ({
      utcOffsetMinutes: parts.utcOffsetMinutes,
      now: parts.clock.now(),
      pageOf: (path) => `${parts.publicUrl().replace(/\/$/, "")}${path}`,
    });
    this.#reacting = new Reacting(parts.access, this.#place);
  }

  /** For `access.subscribe`. */
  async happened(event: AccessEvent): Promise<void> {
    switch (event.kind) {
      case "asked":
      case "advised":
      case "withdrawn":
      case "request-lapsed":
      case "escalated":
        return await this.#refresh(event.request, event.kind === "escalated" ? event.to : []);
      case "questioned":
      case "decided":
        await this.#refresh(event.request, []);
        return await this.#tellRequester(event, event.request);
      case "answered":
        await this.#refresh(event.request, []);
        return await this.#tellAnswered(event);
      case "grant-began":
      case "grant-extended":
        return await this.#refreshGrant(event.grant, [event.request]);
      case "grant-warned":
      case "grant-ended":
        return await this.#grantNews(event);
      default:
        return await this.#otherCards(event);
    }
  }

  /** Whoever may answer by now, because the directory has changed, has a card of what waits; whoever may no longer, sees it on theirs. */
  async refreshOpen(): Promise<void> {
    for (const { id } of await this.#parts.access.openRequests()) await this.#refresh(id, []);
  }

  /** What somebody said by a reaction to one of these cards. */
  async react(reaction: CardReaction): Promise<ReactionOutcome | undefined> {
    const request = decidedByCard(reaction.cardKey);
    if (request === undefined || reaction.says === "noted") return undefined;
    return await this.#reacting.on(request, reaction.user, reaction.says);
  }

  /** Brings everybody's cards of a request to how it stands; whoever is to answer now gets one. */
  async #refresh(id: RequestId, escalatedTo: readonly UserId[], left?: string): Promise<void> {
    const { access } = this.#parts;
    const request = await access.requestOf(id);
    if (request === undefined) return;
    const own = await access.viewOf(id, request.requester);
    if (own === undefined) return;
    const place = this.#place();
    // Whoever asked has just seen it: the card waits quietly, and what comes of it is told.
    await this.#put({
      ...{ key: keyOf(id, "own"), user: request.requester, card: ownCard(own, place, left) },
      ...{ takes: "nothing", quiet: true },
    });
    const advising = own.waiting_for === "adviser" ? access.advisersOf(request) : [];
    await this.#others(id, "advise", advising);
    const [asked] = own.waiting_for === "approver" ? access.approversOf(request) : [];
    const isOpen = own.waiting_for !== undefined && own.decision === undefined;
    await this.#others(id, "decide", [...(asked === undefined ? [] : [asked]), ...(isOpen ? escalatedTo : [])]);
  }

  /** Posts the cards of those who are to answer now, and brings those of all who were asked to how it stands. */
  async #others(id: RequestId, kind: "advise" | "decide", now: readonly UserId[]): Promise<void> {
    const key = keyOf(id, kind);
    const before = (await this.#posts.allOf(key)).map((row) => row.user);
    for (const user of new Set([...before, ...now])) {
      const view = await this.#parts.access.viewOf(id, user);
      if (view === undefined) {
        await this.#posts.update(key, user, (card) => ({ card: closed(card), takes: "over" }));
        continue;
      }
      const card = kind === "advise" ? adviseCard(view, this.#place()) : decideCard(view, this.#place());
      const isOpen = view.decision === undefined && view.waiting_for !== undefined;
      const takes: Takes = kind === "advise" ? "nothing" : isOpen ? "answers" : "over";
      await this.#put({ key, user, card, takes });
    }
  }

  async #put(wish: PostCard & { readonly takes: Takes }): Promise<void> {
    const { key, user, card, takes } = wish;
    const posted = await this.#posts.post(wish);
    if (!posted.ok) return; // an account that has ended is told nothing
    await this.#posts.update(key, user, () => ({ card, takes }));
  }

  /** Tells whoever asked what has come of it, in a message that notifies: a card that changes does not. */
  async #tellRequester(event: AccessEvent, id: RequestId, left?: string): Promise<void> {
    const { access } = this.#parts;
    const request = await access.requestOf(id);
    const view = request === undefined ? undefined : await access.viewOf(id, request.requester);
    if (request === undefined || view === undefined) return;
    // Who ended or decided it themselves knows.
    if (view.grant?.ended?.by?.user_id === request.requester) return;
    await this.#tell(event, {
      user: request.requester,
      key: keyOf(id, "own"),
      text: tellText(view, this.#place(), left),
    });
  }

  async #tell(
    event: AccessEvent,
    what: { readonly user: UserId; readonly key: string; readonly text: CardText },
  ): Promise<void> {
    const { user, key, text } = what;
    const card = await this.#posts.find(key, user);
    await this.#posts.say({ key: `access:tell:${event.id}`, user, text, inReplyTo: card?.eventId });
  }

  /** Whoever had asked a question hears that it was answered. */
  async #tellAnswered(event: Extract<AccessEvent, { readonly request: RequestId }>): Promise<void> {
    const key = keyOf(event.request, "decide");
    for (const { user } of await this.#posts.allOf(key)) {
      const view = await this.#parts.access.viewOf(event.request, user);
      if (view?.may.decide === true) await this.#tell(event, { user, key, text: answeredText(view) });
    }
  }

  async #refreshGrant(id: GrantId, requests: readonly RequestId[], left?: string): Promise<void> {
    const grant = await this.#parts.access.grantOf(id);
    for (const request of new Set([...(grant === undefined ? [] : [grant.request]), ...requests]))
      await this.#refresh(request, [], left);
    await this.#refreshGlass(id);
  }

  async #grantNews(event: Extract<AccessEvent, { readonly kind: "grant-warned" | "grant-ended" }>): Promise<void> {
    const left = event.kind === "grant-warned" ? event.left : undefined;
    const grant = await this.#parts.access.grantOf(event.grant);
    if (grant === undefined) return;
    await this.#refreshGrant(event.grant, [], left);
    await this.#tellRequester(event, grant.request, left);
  }

  /** The DITSO's card of a break-glass shows how it stands as well. */
  async #refreshGlass(id: GrantId): Promise<void> {
    for (const { key, user } of await this.#posts.allOf(`access:glass:${id}`)) {
      const view = await this.#viewOfGrant(id, user);
      if (view !== undefined) await this.#posts.update(key, user, () => ({ card: glassCard(view, this.#place()) }));
    }
  }

  async #viewOfGrant(id: GrantId, reader: UserId): Promise<RequestView | undefined> {
    const grant = await this.#parts.access.grantOf(id);
    return grant === undefined ? undefined : await this.#parts.access.viewOf(grant.request, reader);
  }

  async #otherCards(event: AccessEvent): Promise<void> {
    switch (event.kind) {
      case "glass-broken":
      case "glass-review-overdue": {
        const suffix = event.kind === "glass-broken" ? "" : ":overdue";
        for (const user of event.to) {
          const view = await this.#viewOfGrant(event.grant, user);
          if (view === undefined) continue;
          await this.#posts.post({
            key: `access:glass:${event.grant}${suffix}`,
            user,
            card: glassCard(view, this.#place()),
          });
        }
        // Whoever opened it has a card of it too, which later shows that it ended.
        if (event.kind === "glass-broken") await this.#refreshGrant(event.grant, []);
        return;
      }
      case "review-begun":
      case "review-overdue": {
        const name = this.#parts.departmentName(event.department);
        const card = reviewCard({ id: event.review, name, isOverdue: event.kind === "review-overdue" }, this.#place());
        for (const user of event.to)
          await this.#posts.post({ key: `access:${event.kind}:${event.review}`, user, card });
        return;
      }
      case "look-asked":
      case "look-decided":
      case "look-told": {
        const card = lookCard(event.kind, event.look, this.#place());
        for (const user of event.to) await this.#posts.post({ key: `access:${event.kind}:${event.look}`, user, card });
        return;
      }
      default:
        return;
    }
  }
}

/** A card of somebody whom the request concerns no more. */
function closed({ plainHint: _hint, link: _link, ...card }: Card): Card {
  return {
    ...card,
    actions: [],
    state: {
      tone: "neutral",
      text: {
        en: "This is no longer yours to decide",
        "zh-Hant-HK": "此事已不由你處理",
        "zh-Hans": "此事已不由您处理",
      },
    },
  };
}
