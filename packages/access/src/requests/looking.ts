import { failure, instant, ok, parseLookId, type Instant, type LookId, type Result, type UserId } from "@causeway/base";
import type { GrantView, LookView, UseView } from "@causeway/contract";
import type { Tx } from "@causeway/platform";
import type { AccessCore, Change } from "./core.ts";
import type { Desk } from "./desk.ts";
import { newId } from "./ids.ts";
import { notPermitted, unknown } from "./refusals.ts";
import { grantsOfOfficer } from "./store-grants.ts";
import { addLook, changeLook, dueLooks, findLook, looks, openLook, openLooksOf, type Look } from "./store-looks.ts";
import { useView } from "./views.ts";

const DAY_MS = 86_400_000;
const MAX_GRANTS = 1000;

/** What a look shows. */
export interface LookRecords {
  readonly look: LookView;
  readonly grants: readonly (GrantView & { readonly use: UseView })[];
  readonly requests: number;
}

/**
 * Looks at one person's records: one asks with a reason and an end, a directorate officer who is somebody else opens it, each look is
 * recorded, and the person is told when it is over unless a directorate officer forbids it with a reason.
 */
export class Looking {
  #core: AccessCore;
  #desk: Desk;

  constructor(core: AccessCore, desk: Desk) {
    this.#core = core;
    this.#desk = desk;
  }

  /** Asks for one. */
  async ask(
    by: UserId,
    wish: { readonly person: UserId; readonly reason: string; readonly until: Instant },
  ): Promise<Result<LookView>> {
    const { db, directory, limits } = this.#core.options;
    return await this.#desk.turns.run(by, () =>
      this.#changed(async () => {
        const now = this.#core.now();
        const { person, reason, until } = wish;
        if (person === by) return notPermitted("own-records");
        if (directory.displayNameOf(person) === undefined) return unknown();
        const latest = instant(now + limits.maxLookDays * DAY_MS);
        if (until <= now) return failure("ACCESS_UNTIL_REFUSED", "The end is in the past.", { reason: "past", latest });
        if (until > latest)
          return failure("ACCESS_UNTIL_REFUSED", "The end is too far away.", { reason: "too-long", latest });
        if ((await openLooksOf(db, by)) >= limits.maxOpenLooks)
          return failure("ACCESS_TOO_MANY", undefined, { reason: "looks" });
        const look: Look = {
          ...{
            id: newId("lk_", parseLookId),
            version: 1,
            state: "asked",
            person,
            askedBy: by,
            asked: now,
            until,
            reason,
          },
          ...{ decided: undefined, looked: 0, ended: undefined, told: undefined, silenced: undefined },
        };
        return ok({
          value: look,
          collect: (tx) => {
            addLook(tx, look);
            this.#core.options.audit(tx, {
              act: "look.asked",
              by,
              on: look.id,
              at: now,
              facts: { person, until, reason },
            });
            this.#core.news.put(tx, now, { kind: "look-asked", look: look.id, to: this.#directorateFor(look) });
          },
        });
      }),
    );
  }

  /** Those who may decide on it: directorate officers of the person's departments who are neither who asked nor the person. */
  #directorateFor(look: Look): readonly UserId[] {
    const { directory } = this.#core.options;
    const departments = new Set(directory.postsOf(look.person).map((post) => post.department));
    const heads = [...departments].flatMap((department) => directory.headOf(department)?.current ?? []);
    return heads.filter((user) => this.#mayDirect(user, look));
  }

  /** Two people: a directorate officer who is neither who asked nor who is looked at. */
  #mayDirect(user: UserId, look: Look): boolean {
    return user !== look.askedBy && user !== look.person && this.#desk.approval.isDirectorate(user);
  }

  /** Whether somebody may know of it; the person is told when it is over, and not before. */
  #maySee(user: UserId, look: Look): boolean {
    if (user === look.person) return look.told !== undefined;
    if (user === look.askedBy || user === look.decided?.by || user === look.silenced?.by) return true;
    return this.#mayDirect(user, look) || this.#core.options.directory.rolesOf(user).has("auditor");
  }

  async #seen(user: UserId, id: LookId): Promise<Result<Look>> {
    const look = await findLook(this.#core.options.db, id);
    return look !== undefined && this.#maySee(user, look) ? ok(look) : unknown();
  }

  /** Whether a decision could be made; nothing is changed. */
  async decidable(by: UserId, id: LookId): Promise<Result<Look>> {
    const seen = await this.#seen(by, id);
    if (!seen.ok) return seen;
    if (!this.#mayDirect(by, seen.value))
      return notPermitted(by === seen.value.askedBy ? "own-request" : "not-directorate");
    if (seen.value.state !== "asked" || seen.value.until <= this.#core.now()) return wrong(seen.value);
    return seen;
  }

  /** A directorate officer opens it or refuses. */
  async decide(
    by: UserId,
    id: LookId,
    said: { readonly allow: boolean; readonly reason: string | undefined },
  ): Promise<Result<LookView>> {
    if (!said.allow && said.reason === undefined) return failure("ACCESS_REASON_NEEDED");
    return await this.#changed(async () => {
      const found = await this.decidable(by, id);
      if (!found.ok) return found;
      const before = found.value;
      const now = this.#core.now();
      const state = said.allow ? "open" : "refused";
      const after: Look = {
        ...before,
        version: before.version + 1,
        state,
        decided: { by, at: now, reason: said.reason },
      };
      const { person, until } = after;
      return ok({
        value: after,
        collect: (tx) => {
          changeLook(tx, after, before);
          if (said.allow)
            this.#core.options.audit(tx, { act: "look.approved", by, on: id, at: now, facts: { person, until } });
          else
            this.#core.options.audit(tx, {
              ...{ act: "look.refused", by, on: id, at: now },
              facts: { person, reason: said.reason },
            });
          this.#core.news.put(tx, now, { kind: "look-decided", look: id, to: [after.askedBy] });
        },
      });
    });
  }

  /** Looks; recorded each time, in the same transaction as the count. */
  async read(by: UserId, id: LookId): Promise<Result<LookRecords>> {
    const { db, uses } = this.#core.options;
    return await this.#core.change(async () => {
      const seen = await this.#seen(by, id);
      if (!seen.ok) return seen;
      const before = seen.value;
      // The two who opened it, and nobody else.
      if (by !== before.askedBy && by !== before.decided?.by) return unknown();
      const now = this.#core.now();
      if (before.state !== "open" || before.until <= now) return wrong(before);
      const after: Look = { ...before, version: before.version + 1, looked: before.looked + 1 };
      const grants = await grantsOfOfficer(db, before.person, MAX_GRANTS);
      const counted = await uses(grants.map((grant) => grant.id));
      const shown = grants.map((grant) => ({
        ...this.#desk.views.grant(grant, by),
        use: useView(counted, grant.id),
      }));
      return ok({
        value: { look: this.#view(after), grants: shown, requests: shown.length },
        collect: (tx: Tx) => {
          changeLook(tx, after, before);
          const facts = { person: before.person, records: shown.length };
          this.#core.options.audit(tx, { act: "look.used", by, on: id, at: now, facts });
        },
      });
    });
  }

  /** The look that is open to somebody at a person now; what the log holds of the person is read under it. */
  async openTo(reader: UserId, person: UserId): Promise<Result<{ readonly look: LookId }>> {
    const open = await openLook(this.#core.options.db, { person, reader, now: this.#core.now() });
    return open === undefined ? failure("LOOK_NOT_APPROVED") : ok({ look: open.id });
  }

  /** Ends it before its time, or takes the question back. */
  async end(by: UserId, id: LookId): Promise<Result<LookView>> {
    return await this.#changed(async () => {
      const seen = await this.#seen(by, id);
      if (!seen.ok) return seen;
      const before = seen.value;
      if (by !== before.askedBy && by !== before.decided?.by) return unknown();
      if (before.state !== "asked" && before.state !== "open") return wrong(before);
      return ok(this.#ending(before, by));
    });
  }

  /** A look that is over. One that was never opened looked at nothing: nobody is told of it. */
  #ending(before: Look, by: UserId | undefined): Change<Look> {
    const now = this.#core.now();
    const wasOpen = before.state === "open";
    const tells = wasOpen && before.silenced === undefined;
    const after: Look = {
      ...before,
      ...{ version: before.version + 1, state: wasOpen ? "ended" : "withdrawn", ended: { at: now, by } },
      told: tells ? now : undefined,
    };
    const { id, person } = after;
    return {
      value: after,
      collect: (tx) => {
        changeLook(tx, after, before);
        this.#core.options.audit(tx, { act: "look.ended", by: by ?? "system", on: id, at: now, facts: { person } });
        if (!tells) return;
        this.#core.options.audit(tx, { act: "look.told", by: "system", on: id, at: now, facts: { person } });
        this.#core.news.put(tx, now, { kind: "look-told", look: id, to: [person] });
      },
    };
  }

  /** Whether somebody could forbid that the person is told; nothing is changed. */
  async silenceable(by: UserId, id: LookId): Promise<Result<Look>> {
    const seen = await this.#seen(by, id);
    if (!seen.ok) return seen;
    if (!this.#mayDirect(by, seen.value)) return notPermitted("not-directorate");
    const isUndecided = seen.value.state === "asked" || seen.value.state === "open";
    return isUndecided && seen.value.silenced === undefined ? seen : wrong(seen.value);
  }

  /** A directorate officer forbids that the person is told. */
  async silence(by: UserId, id: LookId, reason: string): Promise<Result<LookView>> {
    return await this.#changed(async () => {
      const found = await this.silenceable(by, id);
      if (!found.ok) return found;
      const before = found.value;
      const now = this.#core.now();
      const after: Look = { ...before, version: before.version + 1, silenced: { by, at: now, reason } };
      return ok({
        value: after,
        collect: (tx) => {
          changeLook(tx, after, before);
          const facts = { person: before.person, reason };
          this.#core.options.audit(tx, { act: "look.kept-silent", by, on: id, at: now, facts });
        },
      });
    });
  }

  /** What the clock brings: looks end. */
  async tick(): Promise<void> {
    for (const look of await dueLooks(this.#core.options.db, this.#core.now()))
      await this.#core.commit((tx) => this.#ending(look, undefined).collect(tx));
  }

  /** Looks for somebody. */
  async list(
    by: UserId,
    which: "mine" | "to-decide" | "about-me" | "all",
  ): Promise<Result<{ readonly looks: readonly LookView[] }>> {
    const { db, directory } = this.#core.options;
    if (which === "all" && !directory.rolesOf(by).has("auditor")) return notPermitted("role-missing");
    const found =
      which === "mine"
        ? await looks(db, { askedBy: by })
        : which === "about-me"
          ? await looks(db, { about: by })
          : which === "all"
            ? await looks(db, "all")
            : (await looks(db, { state: "asked" })).filter((look) => this.#mayDirect(by, look));
    return ok({ looks: found.filter((look) => this.#maySee(by, look)).map((look) => this.#view(look)) });
  }

  async #changed(plan: () => Promise<Result<Change<Look>>>): Promise<Result<LookView>> {
    const done = await this.#core.change(plan);
    return done.ok ? ok(this.#view(done.value)) : done;
  }

  #view(look: Look): LookView {
    const { views } = this.#desk;
    const { decided, ended, silenced } = look;
    return {
      look_id: look.id,
      state: look.state === "open" && look.until <= this.#core.now() ? "ended" : look.state,
      person: views.named(look.person),
      reason: look.reason,
      until: look.until,
      asked_by: views.named(look.askedBy),
      asked_at: look.asked,
      ...(decided === undefined
        ? {}
        : {
            decided: {
              ...{ by: views.named(decided.by), at: decided.at },
              ...(decided.reason === undefined ? {} : { reason: decided.reason }),
            },
          }),
      looked: look.looked,
      ...(ended === undefined
        ? {}
        : { ended: { at: ended.at, ...(ended.by === undefined ? {} : { by: views.named(ended.by) }) } }),
      ...(look.told === undefined ? {} : { told: look.told }),
      ...(silenced === undefined
        ? {}
        : { silenced: { by: views.named(silenced.by), at: silenced.at, reason: silenced.reason } }),
    };
  }
}

function wrong(look: Look): Result<never> {
  return failure("ACCESS_STATE", undefined, { state: look.state });
}
