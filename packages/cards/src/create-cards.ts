import { ok, type UserId } from "@causeway/base";
import { endSession } from "@causeway/contract";
import type { AppendedEvent } from "@causeway/matrix-rooms";
import { serve, type Route, type Tx } from "@causeway/platform";
import { AccessCards } from "./access/access-cards.ts";
import type { AccessCardParts } from "./access/ports.ts";
import { Announcements } from "./announcements/announcements.ts";
import { announcementRoutes } from "./announcements/handlers.ts";
import type { AnnouncementParts } from "./announcements/ports.ts";
import { Custody, RECOVERY, type CustodyParts } from "./custody/custody.ts";
import { custodyRoutes } from "./custody/handlers.ts";
import type { SignIn } from "./device-card.ts";
import { CardsCore, type CardsOptions } from "./core.ts";
import { Due, type DueCard, type SayDue } from "./due.ts";
import { announcementOfKey, sessionOfKey } from "./keys.ts";
import { Posts } from "./posts.ts";
import { Reactions } from "./reactions.ts";
import { SIGN_IN, SignIns, type SignInParts } from "./sign-ins.ts";

/** What cards are built from. */
export interface CardsParts extends CardsOptions, SignInParts, AnnouncementParts, CustodyParts {
  /** Says what other parts have noted as due; kinds are theirs. */
  readonly sayDue?: SayDue;
}

/** The server's own voice: what it says to people, and what they answer. */
export interface Cards {
  readonly routes: readonly Route[];
  readonly posts: Posts;
  /** Notes in somebody else's transaction that something is to be said: it is, soon after, also after a crash. */
  note(tx: Tx, due: DueCard): void;
  /** Notes a sign-in in its own transaction. */
  sessionBegins(tx: Tx, user: UserId, signIn: SignIn): void;
  /** Has requests and grants be shown in cards, and reactions to them be decisions; before `resume`. */
  joinAccess(join: AccessCardParts): void;
  /** Told that the directory has changed who answers for what. */
  dutiesChanged(): void;
  /** Told of sessions that have ended. */
  sessionsEnded(user: UserId, sessions: readonly string[]): void;
  /** Told of every event after its commit. */
  appended(events: readonly AppendedEvent[]): void;
  /** At a start, before the first request: takes up what was left. */
  resume(): Promise<void>;
  /** Resolves when everything that was to be said and followed up to now has been. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Builds the cards of this server. */
export function createCards(parts: CardsParts): Cards {
  const core = new CardsCore(parts);
  const posts = new Posts(core);
  const signIns = new SignIns(posts, parts);
  const announcements = new Announcements(core, posts, parts);
  const joined: { access?: AccessCards; leave?: () => void; isLooking?: boolean } = {};
  const reactions = new Reactions(core, posts, async (reaction) => {
    const session = sessionOfKey(reaction.cardKey);
    if (session !== undefined && reaction.says !== "noted")
      return await signIns.react(reaction.user, session, reaction.says);
    const announcement = announcementOfKey(reaction.cardKey);
    if (announcement !== undefined) return await announcements.react(reaction.user, announcement, reaction.says);
    return (await joined.access?.react(reaction)) ?? { taken: false };
  });
  const due = new Due(core, async (what, done) => {
    if (what.kind === SIGN_IN) await signIns.say(what.user, Object(what.data), done);
    else if (what.kind === RECOVERY) await custody.say(what.user, String(Object(what.data).id), done);
    else await parts.sayDue?.(what, done);
  });
  const custody = new Custody(core, { posts, due, parts });
  const behind = new Set<Promise<void>>();
  const inBackground = (work: Promise<void>): void => {
    const watched = work.catch(parts.failed).finally(() => behind.delete(watched));
    behind.add(watched);
  };
  const settle = async (): Promise<void> => {
    await due.settle();
    await announcements.deliveries.settle();
    await reactions.settle();
    await Promise.all(behind);
  };
  return {
    posts,
    routes: [
      serve(endSession, async ({ caller, params }) => {
        await parts.endSession(caller.user, params.session);
        return ok({});
      }),
      ...custodyRoutes(custody),
      ...announcementRoutes(announcements, (user, id) => inBackground(announcements.refresh(user, id))),
    ],
    note: (tx, what) => due.note(tx, what),
    sessionBegins: (tx, user, signIn) => signIns.note(tx, due, { user, signIn }),
    joinAccess: (join) => {
      const access = new AccessCards(posts, { ...join, clock: parts.clock });
      joined.access = access;
      joined.leave = join.access.subscribe((event) => access.happened(event));
    },
    dutiesChanged: () => {
      // One look follows all changes that came before it.
      if (joined.access === undefined || joined.isLooking === true) return;
      joined.isLooking = true;
      const { access } = joined;
      inBackground(
        Promise.resolve().then(() => {
          joined.isLooking = false;
          return access.refreshOpen();
        }),
      );
    },
    sessionsEnded: (user, sessions) => inBackground(signIns.ended(user, sessions)),
    appended: (events) => reactions.appended(events),
    resume: async () => {
      await reactions.resume();
      due.wake();
      announcements.deliveries.wake();
    },
    settle,
    close: async () => {
      joined.leave?.();
      await due.close();
      await announcements.deliveries.close();
      await Promise.all(behind);
      await reactions.close();
    },
  };
}
