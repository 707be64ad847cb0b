import { isQuietAt, parseQuietHours, QUIET_HOURS, type QuietHours } from "@causeway/matrix-push-rules";
import { ClientEvent, type MatrixClient } from "matrix-js-sdk";
import { Method } from "matrix-js-sdk/lib/http-api/method.js";
import type { Said } from "../../i18n/i18n.ts";
import { reasonOf } from "../refusal.ts";
import { Model } from "../view-model.ts";
import { levelsOf, type Level, type Levels } from "./levels.ts";
import { changesTo, type RuleChange } from "./rule-changes.ts";
import { readRuleset } from "./ruleset.ts";

/** What the account wants to be told of, on every device. */
export interface NotificationSettings {
  readonly levels: Levels;
  readonly quiet: QuietHours;
  readonly fault?: Said;
}

/** The account's push rules and quiet hours. A change is shown at once, and taken back when the server refuses it. */
export class NotificationSettingsModel extends Model<NotificationSettings> {
  #client: MatrixClient;
  #last: Promise<void> = Promise.resolve();
  #underWay = 0;

  constructor(client: MatrixClient) {
    super({ levels: levelsIn(client), quiet: quietIn(client) });
    this.#client = client;
    client.on(ClientEvent.AccountData, (event) => {
      const type = event.getType();
      if (this.#underWay > 0) return;
      if (type === "m.push_rules") this.patch({ levels: levelsIn(client) });
      if (type === QUIET_HOURS) this.patch({ quiet: quietIn(client) });
    });
  }

  protected override watched(): void {
    if (this.#underWay === 0) this.patch({ levels: levelsIn(this.#client), quiet: quietIn(this.#client) });
  }

  /** Whether it is one of the quiet hours now. */
  readonly isQuiet = (): boolean => isQuietAt(this.snapshot().quiet, Date.now());

  /** How it stands with a room; undefined: as with all of its kind. */
  levelOf(roomId: string): Level | undefined {
    return this.snapshot().levels.ofRooms.get(roomId);
  }

  async setRoom(roomId: string, level: Level | undefined): Promise<void> {
    await this.change((levels) => {
      const ofRooms = new Map(levels.ofRooms);
      if (level === undefined) ofRooms.delete(roomId);
      else ofRooms.set(roomId, level);
      return { ...levels, ofRooms };
    });
  }

  /** Changes push rules, one change after another. */
  async change(edit: (levels: Levels) => Levels): Promise<void> {
    this.patch({ levels: edit(this.snapshot().levels) });
    await this.#inTurn(async () => {
      const rules = await this.#rules();
      const user = this.#client.getSafeUserId();
      for (const change of changesTo(rules, edit(levelsOf(rules)), user)) await this.#apply(change);
      await this.#rules();
    });
  }

  async setQuiet(change: Partial<Omit<QuietHours, "zone">>): Promise<void> {
    // The clock that counts is the one of the device on which they were set last.
    const quiet: QuietHours = { ...this.snapshot().quiet, ...change, zone: deviceZone() };
    this.patch({ quiet });
    await this.#inTurn(async () => {
      const path = `/user/${encodeURIComponent(this.#client.getSafeUserId())}/account_data/${QUIET_HOURS}`;
      await this.#client.http.authedRequest(Method.Put, path, {}, quiet);
    });
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    this.#underWay += 1;
    const turn = this.#last.then(work).then(
      () => this.#settle(),
      (error: unknown) => this.#settle({ key: "app.refused", values: { reason: reasonOf(error) } }),
    );
    this.#last = turn;
    await turn;
  }

  /** After the last of the changes under way: what is shown is what the server has. */
  #settle(fault?: Said): void {
    this.#underWay -= 1;
    const { fault: _, ...now } = this.snapshot();
    const isLast = this.#underWay === 0;
    const levels = isLast ? levelsIn(this.#client) : now.levels;
    // The sync brings quiet hours back a moment later; a refused change is taken back at once.
    const quiet = isLast && fault !== undefined ? quietIn(this.#client) : now.quiet;
    this.set({ levels, quiet, ...(fault === undefined ? {} : { fault }) });
  }

  async #rules(): Promise<ReturnType<typeof readRuleset>> {
    const rules = await this.#client.getPushRules();
    this.#client.setPushRules(rules);
    return readRuleset(rules.global);
  }

  async #apply(change: RuleChange): Promise<void> {
    const { kind } = change;
    const { http } = this.#client;
    const id = change.do === "put" ? change.rule.rule_id : change.id;
    const path = `/pushrules/global/${kind}/${encodeURIComponent(id)}`;
    switch (change.do) {
      case "put": {
        const { actions, conditions, pattern } = change.rule;
        const query = change.after === undefined ? {} : { after: change.after };
        await http.authedRequest(Method.Put, path, query, { actions, conditions, pattern });
        return;
      }
      case "remove":
        await http.authedRequest(Method.Delete, path);
        return;
      case "enable":
        await http.authedRequest(Method.Put, `${path}/enabled`, {}, { enabled: change.enabled });
        return;
      case "act":
        await http.authedRequest(Method.Put, `${path}/actions`, {}, { actions: change.actions });
    }
  }
}

function levelsIn(client: MatrixClient): Levels {
  return levelsOf(readRuleset(client.pushRules?.global));
}

function quietIn(client: MatrixClient): QuietHours {
  const kept = client.store.getAccountData(QUIET_HOURS)?.getContent();
  return parseQuietHours(kept) ?? { on: false, zone: deviceZone(), times: [] };
}

/** The time zone of this device. */
export function deviceZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
