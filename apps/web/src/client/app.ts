import { sayFault } from "./session/sign-in-fault.ts";
import { SessionKeeper, type Session, type Shelf } from "./session/session.ts";
import { askForSession, endSession, signInWithPassword, type SignInOutcome } from "./session/sign-in.ts";
import { takeTab } from "./session/tab-lock.ts";
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
  options: { readonly ended: () => void; readonly tokensChanged: (session: Session) => void },
) => Promise<Workspace>;

/** The whole app: signed out, starting, or in. */
export class AppModel extends Model<AppState> {
  #server: string;
  #sessions: SessionKeeper;
  #open: OpenWorkspace;

  constructor(options: { readonly server: string; readonly shelf: Shelf; readonly open: OpenWorkspace }) {
    super({ step: "signed-out", busy: false });
    this.#server = options.server;
    this.#sessions = new SessionKeeper(options.shelf);
    this.#open = options.open;
  }

  /** Takes up the session that this device has kept. */
  resume(): void {
    const session = this.#sessions.load();
    if (session !== undefined) void this.#enter(session);
  }

  async signIn(username: string, password: string): Promise<void> {
    const deviceName = deviceNameOf(navigator.userAgent);
    await this.#attempt(() => signInWithPassword(this.#server, { username, password, deviceName }));
  }

  /** Any other way in: a login request as the specification has it. */
  async signInWith(login: object): Promise<void> {
    await this.#attempt(() =>
      askForSession(this.#server, { ...login, initial_device_display_name: deviceNameOf(navigator.userAgent) }),
    );
  }

  async #attempt(ask: () => Promise<SignInOutcome>): Promise<void> {
    const before = this.snapshot();
    if (before.step !== "signed-out" || before.busy) return;
    this.set({ step: "signed-out", busy: true });
    const outcome = await ask();
    if (!outcome.ok) {
      this.set({ step: "signed-out", busy: false, fault: sayFault(outcome.fault) });
      return;
    }
    this.#sessions.save(outcome.session);
    await this.#enter(outcome.session);
  }

  /** Goes on in this tab; the other one lets go. */
  async useHere(): Promise<void> {
    const session = this.#sessions.load();
    if (session === undefined) this.set({ step: "signed-out", busy: false });
    else await this.#enter(session, true);
  }

  /** Another tab took over. The stores are its own now. */
  #taken(): void {
    const state = this.snapshot();
    if (state.step === "ready") state.workspace.stop();
    if (state.step !== "signed-out") this.set({ step: "elsewhere" });
  }

  async #enter(session: Session, steal = false): Promise<void> {
    this.set({ step: "starting" });
    if ((await takeTab({ steal, lost: () => this.#taken() })) === "elsewhere") {
      this.set({ step: "elsewhere" });
      return;
    }
    try {
      const workspace = await this.#open(session, {
        ended: () => void this.#ended(),
        tokensChanged: (next) => this.#sessions.save(next),
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
    const ask = state.step === "ready" ? state.workspace.fetch : fetch;
    if (state.step === "ready") state.workspace.halt();
    if (session !== undefined) void endSession(ask, this.#server, session);
    await this.#leave();
    this.set({ step: "signed-out", busy: false });
  }

  async #ended(): Promise<void> {
    if (this.snapshot().step === "leaving") return;
    await this.#leave();
    this.set({ step: "signed-out", busy: false, fault: { key: "signIn.endedElsewhere" } });
  }

  /** Nothing of the account stays on this device; only then is there a sign-in form again. */
  async #leave(): Promise<void> {
    const state = this.snapshot();
    this.#sessions.forget();
    this.set({ step: "leaving" });
    if (state.step === "ready") await state.workspace.forget();
  }
}

/** What the device is called in the list of devices, before somebody names it. */
function deviceNameOf(agent: string): string {
  const browser = [/Edg\//, /Firefox\//, /Chrome\//, /Safari\//].findIndex((pattern) => pattern.test(agent));
  const system = /Windows|Mac OS X|Android|iPhone|iPad|Linux/.exec(agent)?.[0] ?? "";
  const name = ["Edge", "Firefox", "Chrome", "Safari"][browser] ?? "Browser";
  return `Causeway, ${name}${system === "" ? "" : `, ${system.replace("Mac OS X", "macOS")}`}`;
}
