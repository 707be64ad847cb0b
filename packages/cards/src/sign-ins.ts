import type { UserId } from "@causeway/base";
import type { Tx } from "@causeway/platform";
import { deviceCard, settledDeviceCard, type SignIn } from "./device-card.ts";
import type { Due } from "./due.ts";
import { deviceKey, WELCOME } from "./keys.ts";
import type { AlsoSaid, Posts } from "./posts.ts";
import type { ReactionOutcome } from "./ports.ts";
import { welcomeCard, type KnownPerson } from "./welcome.ts";

/** What sign-in cards need to know and do. */
export interface SignInParts {
  /** Who somebody is, for people whom the directory knows; others get no cards of their sign-ins. */
  personOf(user: UserId): KnownPerson | undefined;
  /** Ends one of somebody's sessions, and no later one of the same device; done already is done. */
  endSession(user: UserId, session: string): Promise<void>;
  readonly utcOffsetMinutes: number;
}

/** The kind of what is due after a sign-in. */
export const SIGN_IN = "sign-in";

/** The first words to somebody, and news of each further sign-in. */
export class SignIns {
  #posts: Posts;
  #parts: SignInParts;

  constructor(posts: Posts, parts: SignInParts) {
    this.#posts = posts;
    this.#parts = parts;
  }

  /** Notes a sign-in in its own transaction. */
  note(tx: Tx, due: Due, begun: { readonly user: UserId; readonly signIn: SignIn }): void {
    const { user, signIn } = begun;
    if (this.#parts.personOf(user) === undefined) return;
    due.note(tx, { id: `${SIGN_IN}:${signIn.session}`, kind: SIGN_IN, user, data: signIn });
  }

  /** Says what is to be said of a sign-in. */
  async say(user: UserId, signIn: SignIn, done: AlsoSaid): Promise<void> {
    const person = this.#parts.personOf(user);
    if (person === undefined) return;
    const isNew = (await this.#posts.find(WELCOME, user)) === undefined;
    if (isNew) {
      const welcome = { key: WELCOME, user, card: welcomeCard(person) };
      await this.#posts.post(welcome, signIn.isOnly ? done : undefined);
      if (signIn.isOnly) return;
    }
    const card = deviceCard(signIn, this.#parts.utcOffsetMinutes);
    // With no other device that could warn, it is there to be read later.
    const key = deviceKey(signIn.session);
    await this.#posts.post({ key, user, card, takes: "answers", quiet: signIn.isOnly }, done);
  }

  /** Shows that sessions have ended, on the cards of their beginning. */
  async ended(user: UserId, sessions: readonly string[]): Promise<void> {
    for (const session of sessions)
      await this.#posts.update(deviceKey(session), user, (card) => ({
        card: settledDeviceCard(card, "signed-out"),
        takes: "over",
      }));
  }

  /** ❌ signs the device out; ✅ says that it was the person, and leaves it to them to change their mind. */
  async react(user: UserId, session: string, says: "yes" | "no"): Promise<ReactionOutcome> {
    if (says === "no") {
      await this.#parts.endSession(user, session);
      await this.ended(user, [session]);
      return { taken: true };
    }
    await this.#posts.update(deviceKey(session), user, (card) => ({ card: settledDeviceCard(card, "confirmed") }));
    return { taken: false };
  }
}
