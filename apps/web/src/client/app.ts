import { canSuggestPasskeys } from "./passkeys/ceremony.ts";
import type { PasskeyUnlock } from "./passkeys/sealing.ts";
import { ownDeviceName } from "./session/device-name.ts";
import { sayFault, type SignInFault } from "./session/sign-in-fault.ts";
import { SessionKeeper, type Session, type Shelf } from "./session/session.ts";
import {
  askForSession,
  endSession,
  signInWithPasskey,
  signInWithPassword,
  type SignInOutcome,
} from "./session/sign-in.ts";
import { askForWays, type SignInWays } from "./session/sign-in-ways.ts";
import { beginSignOn, type SignOnReturn } from "./session/sign-on.ts";
import { takeTab, type TabLock } from "./session/tab-lock.ts";
import { Model } from "./view-model.ts";
import type { Said } from "../i18n/i18n.ts";
import type { Workspace } from "./workspace.ts";

/** Where somebody is on the way from the front door to their rooms. */
export type AppState =
  | { readonly step: "signed-out"; readonly busy: boolean; readonly fault?: Said }
  | { readonly step: "starting" }
  | { readonly step: "leaving" }
  /** Another tab has the account open. */
  | { readonly step: "elsewhere" }
  | { readonly step: "failed"; readonly fault: Said }
  | { readonly step: "ready"; readonly workspace: Workspace };

/** Loads the Matrix client only when somebody is about to need it, so that the sign-in form is there at once. */
export type OpenWorkspace = (
  session: Session,
  options: {
    readonly ended: () => void;
    readonly tokensChanged: (session: Session) => void;
    /** What the passkey opens that was signed in with. */
    readonly unlock: PasskeyUnlock | undefined;
  },
) => Promise<Workspace>;

/** The server waits five minutes for the answer to a challenge; a suggestion under a field waits until somebody comes. */
const SUGGEST_AGAIN_MS = 4 * 60_000;

/** The whole app: signed out, starting, or in. */
export class AppModel extends Model<AppState> {
  #server: string;
  #sessions: SessionKeeper;
  #open: OpenWorkspace;
  #shelf: Shelf;
  #suggesting: AbortController | undefined;
  #tab: TabLock | undefined;

  constructor(options: { readonly server: string; readonly shelf: Shelf; readonly open: OpenWorkspace }) {
    super({ step: "signed-out", busy: false });
    this.#server = options.server;
    this.#shelf = options.shelf;
    this.#sessions = new SessionKeeper(options.shelf);
    this.#open = options.open;
  }

  /** Takes up the session that this device has kept, or else what a browser brings back from an identity provider. */
  resume(back?: SignOnReturn): void {
    const session = this.#sessions.load();
    if (session !== undefined) void this.#enter(session);
    else if (back?.ok === true) void this.#attempt((deviceName) => this.#byToken(back.token, deviceName));
    else if (back !== undefined) this.#refused({ kind: "provider", fault: back.fault });
  }

  /** How one can sign in here. */
  ways(): Promise<SignInWays> {
    return askForWays(this.#server);
  }

  async signIn(username: string, password: string): Promise<void> {
    await this.#attempt((deviceName) => signInWithPassword(this.#server, { username, password, deviceName }));
  }

  async signInWithPasskey(): Promise<void> {
    await this.#attempt((deviceName) => signInWithPasskey(this.#server, { deviceName }));
  }

  /** Leaves for an identity provider; the page that was wanted comes back with the person. */
  signOn(provider: string | undefined): void {
    const { pathname, search, hash } = location;
    const path = pathname + search + hash;
    location.assign(beginSignOn(this.#shelf, { server: this.#server, provider, path, now: Date.now() }));
  }

  async #byToken(token: string, deviceName: string): Promise<SignInOutcome> {
    const body = { type: "m.login.token", token, initial_device_display_name: deviceName };
    return await askForSession(this.#server, body);
  }

  /** Suggests passkeys under the name, where the browser does that, until `over`. One that is chosen signs in. */
  async suggestPasskeys(over: AbortSignal): Promise<void> {
    if (!(await canSuggestPasskeys())) return;
    while (!over.aborted) {
      this.#suggesting = new AbortController();
      const signal = AbortSignal.any([over, this.#suggesting.signal, AbortSignal.timeout(SUGGEST_AGAIN_MS)]);
      const asking = { mediation: "conditional", signal } as const;
      const outcome = await signInWithPasskey(this.#server, { deviceName: ownDeviceName(), asking });
      const isTimeUp = !outcome.ok && signal.aborted && !over.aborted && !this.#suggesting.signal.aborted;
      if (isTimeUp) continue;
      if (outcome.ok || outcome.fault.kind === "passkey-unknown") await this.#attempt(() => Promise.resolve(outcome));
      return;
    }
  }

  #refused(fault: SignInFault): void {
    this.set({ step: "signed-out", busy: false, fault: sayFault(fault) });
  }

  async #attempt(ask: (deviceName: string) => Promise<SignInOutcome>): Promise<void> {
    const before = this.snapshot();
    if (before.step !== "signed-out" || before.busy) return;
    // A browser asks for one passkey at a time.
    this.#suggesting?.abort();
    this.set({ step: "signed-out", busy: true });
    const outcome = await ask(ownDeviceName());
    if (!outcome.ok) {
      this.#refused(outcome.fault);
      return;
    }
    this.#sessions.save(outcome.session);
    await this.#enter(outcome.session, { unlock: outcome.unlock });
  }

  /** Goes on in this tab; the other one lets go. */
  async useHere(): Promise<void> {
    const session = this.#sessions.load();
    if (session === undefined) this.set({ step: "signed-out", busy: false });
    else await this.#enter(session, { steal: true });
  }

  /** Another tab took over. The stores are its own now. */
  #taken(): void {
    const state = this.snapshot();
    if (state.step === "ready") state.workspace.stop();
    if (state.step !== "signed-out") this.set({ step: "elsewhere" });
  }

  async #enter(
    session: Session,
    { steal = false, unlock }: { readonly steal?: boolean; readonly unlock?: PasskeyUnlock | undefined } = {},
  ): Promise<void> {
    this.set({ step: "starting" });
    this.#tab = await takeTab({ steal, lost: () => this.#taken() });
    if (this.#tab === undefined) {
      this.set({ step: "elsewhere" });
      return;
    }
    try {
      const workspace = await this.#open(session, {
        ended: () => void this.#ended(),
        tokensChanged: (next) => this.#sessions.save(next),
        unlock,
      });
      this.set({ step: "ready", workspace });
    } catch (error) {
      console.error("the client could not start", error);
      this.set({ step: "failed", fault: { key: "app.couldNotStart" } });
    }
  }

  /** Signs out: the session ends on the server, and what this device kept of the account goes. */
  async signOut(): Promise<void> {
    const session = this.#sessions.load();
    // Through the client, whose token is never out of date; without one, with the token that was kept.
    const state = this.snapshot();
    const workspace = state.step === "ready" ? state.workspace : undefined;
    const end = (): void => {
      this.#sessions.forget();
      if (session !== undefined) void endSession(workspace?.fetch ?? fetch, this.#server, session);
    };
    this.set({ step: "leaving" });
    // Who closes the page meanwhile is signed out all the same.
    addEventListener("pagehide", end);
    await workspace?.keysSaved();
    removeEventListener("pagehide", end);
    workspace?.halt();
    end();
    await this.#leave(workspace);
    this.set({ step: "signed-out", busy: false });
  }

  async #ended(): Promise<void> {
    const state = this.snapshot();
    if (state.step === "leaving") return;
    this.set({ step: "leaving" });
    await this.#leave(state.step === "ready" ? state.workspace : undefined);
    this.set({ step: "signed-out", busy: false, fault: { key: "signIn.endedElsewhere" } });
  }

  /** Nothing of the account stays on this device; only then is there a sign-in form again. */
  async #leave(workspace: Workspace | undefined): Promise<void> {
    this.#sessions.forget();
    await workspace?.forget();
    this.#tab?.release();
  }
}
