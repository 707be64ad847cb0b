import { type GrantId, type PostId, type UserId } from "@causeway/base";
import type { DirectoryEvent, EndedRights, RightsEnding } from "@causeway/directory";
import type { Tx } from "@causeway/platform";
import type { AccessCore } from "./core.ts";
import type { Granting } from "./granting.ts";
import { endGrants, expectNoneLeft } from "./store-grants.ts";
import { undecidedOf, withdrawAllOf } from "./store-requests.ts";
import { addSteps } from "./store-steps.ts";
import type { AccessRequest, EndCause, Grant } from "./types.ts";

/** What ends with posts and machines: in the transaction of the directory's change where there is one, by the clock where there is none. */
export class Ending implements RightsEnding {
  #core: AccessCore;
  #granting: Granting;

  constructor(core: AccessCore, granting: Granting) {
    this.#core = core;
    this.#granting = granting;
  }

  /** Reads what ends with a change of the directory; the function collects it into the change's own transaction. */
  async prepare(ended: EndedRights): Promise<(tx: Tx) => void> {
    const requests: { readonly user: UserId; readonly post: PostId; readonly requests: readonly AccessRequest[] }[] =
      [];
    for (const { user, post } of ended.left)
      requests.push({ user, post, requests: await undecidedOf(this.#core.options.db, user, post) });
    return (tx) => {
      for (const one of requests) this.#withdraw(tx, { ...one, by: ended.by, at: ended.at });
      // Of what is in memory at this moment; nothing can come in between, because this collects right before the commit.
      const grants = this.#endingWith(ended);
      for (const cause of ["post-left", "machine-retired"] as const)
        this.#end(
          tx,
          grants.filter((one) => one.cause === cause).map(({ grant }) => grant),
          { ...ended, cause },
        );
      for (const { user, post } of ended.left) expectNoneLeft(tx, user, post);
    };
  }

  /** Requests of who leaves the post are nobody's to answer any more. */
  #withdraw(
    tx: Tx,
    of: {
      readonly user: UserId;
      readonly post: PostId;
      readonly requests: readonly AccessRequest[];
      readonly by: UserId | undefined;
      readonly at: EndedRights["at"];
    },
  ): void {
    const { user, post, at, by } = of;
    withdrawAllOf(tx, { user, post, at, count: of.requests.length });
    for (const request of of.requests) {
      const reason = "post-left";
      addSteps(tx, { id: request.id, version: request.version + 1 }, [{ state: "withdrawn", at, by, reason }]);
      if (request.state === "draft") continue;
      const facts = { department: request.department, post, reason };
      this.#core.options.audit(tx, { act: "request.withdrawn", by: by ?? "system", on: request.id, at, facts });
      this.#core.news.put(tx, at, { kind: "withdrawn", request: request.id });
    }
  }

  #endingWith(ended: EndedRights): readonly { readonly grant: Grant; readonly cause: EndCause }[] {
    const left = new Set(ended.left.map(({ user, post }) => `${user} ${post}`));
    const abolished = new Set<string>(ended.abolished);
    const retired = new Set<string>(ended.retired);
    const found: { grant: Grant; cause: EndCause }[] = [];
    for (const grant of this.#core.live.all()) {
      const { scope, posts } = grant.terms;
      if (scope === "officer" && left.has(`${grant.officer} ${grant.post}`)) found.push({ grant, cause: "post-left" });
      else if (scope === "post" && posts.every((post) => abolished.has(post) || this.#isGone(post)))
        found.push({ grant, cause: "post-left" });
      else if (scope === "machine" && grant.machines.every((machine) => retired.has(machine)))
        found.push({ grant, cause: "machine-retired" });
    }
    return found;
  }

  #isGone(id: PostId): boolean {
    const post = this.#core.options.directory.post(id);
    return post === undefined || post.ended !== undefined;
  }

  #end(tx: Tx, grants: readonly Grant[], how: Pick<EndedRights, "by" | "at"> & { readonly cause: EndCause }): void {
    const { at, by, cause } = how;
    const after = grants.map((grant) => ({
      ...grant,
      ...{ version: grant.version + 1, state: "revoked" as const },
      ended: { at, by, cause, reason: undefined },
    }));
    for (const grant of after) this.#granting.noteEnd(tx, grant);
    const ids: readonly GrantId[] = grants.map((grant) => grant.id);
    if (ids.length > 0) endGrants(tx, ids, { at, by, cause });
    this.#core.live.takeAll(tx, after);
  }

  /** After a change of the directory or a moment that ended an appointment by the clock: what should have ended does, and who is meant is found again. */
  directoryChanged(events: readonly DirectoryEvent[]): void {
    if (events.some(({ kind }) => RELEVANT.has(kind))) this.#core.live.changed();
    if (events.some(({ kind }) => kind === "holder-left")) this.isDue = true;
  }

  /** Whether somebody's time in a post has ended since the last look. */
  isDue = true;

  /** Ends the grants of those whose time in the post ended by the clock alone. */
  async endLeft(): Promise<void> {
    if (!this.isDue) return;
    this.isDue = false;
    const { directory } = this.#core.options;
    for (const grant of [...this.#core.live.all()]) {
      if (grant.terms.scope !== "officer" || directory.tenureOf(grant.officer, grant.post) !== undefined) continue;
      const ended = this.#granting.endedForm(grant, { by: undefined, cause: "post-left", reason: undefined });
      await this.#core.commit((tx) => this.#granting.collectEnd(tx, ended, grant));
    }
  }
}

const RELEVANT: ReadonlySet<DirectoryEvent["kind"]> = new Set<DirectoryEvent["kind"]>([
  "appointed",
  "holder-left",
  "person-left",
  "post-abolished",
  "post-moved",
  "department-ended",
]);
