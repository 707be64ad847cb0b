import type { UserId } from "@causeway/base";
import {
  doesHighlight,
  doesNotify,
  isGlob,
  noChanges,
  notificationModeFor,
  rulesetOf,
  type NotificationMode,
  type PushRule,
  type RuleChanges,
  type Ruleset,
} from "@causeway/matrix-push-rules";
import type { ReadDb } from "@causeway/platform";
import { allRuleChanges } from "./store-user-data.ts";
import { readChanges } from "./rule-changes.ts";

/** Somebody's push rules, in the form that a message needs them. */
interface Entry {
  readonly rules: Ruleset;
  /** Words that their own rules look for. */
  readonly words: readonly string[];
  /** Whether their rules look at more than words and mentions, so that every event has to be shown to them. */
  readonly isSpecial: boolean;
}

/** Rulesets of people who have changed nothing, or whose turn was lately. */
const MAX_RULESETS = 2000;

/**
 * The push rules of everybody who has changed something of them, in memory: the writer of a room decides in one turn whom an event
 * calls, and cannot wait for the disk.
 */
export class RuleBook {
  #db: ReadDb;
  #changes = new Map<UserId, RuleChanges>();
  #entries = new Map<UserId, Entry>();
  #loading: Promise<void> | undefined;
  #loaded = false;
  #listeners: ((user: UserId) => void)[] = [];

  constructor(db: ReadDb) {
    this.#db = db;
  }

  /** Resolves when everything that is kept has been read; before that no room may be written to. */
  async ready(): Promise<void> {
    if (this.#loaded) return;
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    await this.#loading;
  }

  async #load(): Promise<void> {
    for (const { user, content } of await allRuleChanges(this.#db)) {
      // What has changed since is newer than what was read.
      if (!this.#changes.has(user)) this.#changes.set(user, readChanges(content));
    }
    this.#loaded = true;
  }

  /** Takes up what somebody has changed; the change is durable. */
  changed(user: UserId, changes: RuleChanges): void {
    this.#changes.set(user, changes);
    this.#entries.delete(user);
    for (const listener of this.#listeners) listener(user);
  }

  /** Tells of everybody whose rules change. */
  onChange(listener: (user: UserId) => void): void {
    this.#listeners.push(listener);
  }

  /** Somebody's rules. */
  rulesOf(user: UserId): Ruleset {
    return this.#entry(user).rules;
  }

  /** Words that somebody's own rules look for. */
  wordsOf(user: UserId): readonly string[] {
    return this.#changes.has(user) ? this.#entry(user).words : [];
  }

  /** Whether every event has to be shown to somebody's rules. */
  isSpecial(user: UserId): boolean {
    return this.#changes.has(user) && this.#entry(user).isSpecial;
  }

  /** What of a room counts for somebody. */
  modeFor(user: UserId, room: { readonly id: string; readonly isDirect: boolean }): NotificationMode {
    return notificationModeFor(this.rulesOf(user), room.id, room.isDirect);
  }

  #entry(user: UserId): Entry {
    const known = this.#entries.get(user);
    if (known !== undefined) return known;
    const changes = this.#changes.get(user) ?? noChanges;
    const rules = rulesetOf(user, changes);
    const own = (changes.own.content ?? []).filter((rule) => rule.enabled);
    const entry: Entry = {
      rules,
      words: own.flatMap(({ pattern = "" }) => (isGlob(pattern) ? [] : [pattern])),
      isSpecial: own.some(({ pattern = "" }) => isGlob(pattern)) || rulesBeyondWords(rules).some(isLoud),
    };
    this.#entries.set(user, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= MAX_RULESETS) break;
      this.#entries.delete(oldest);
    }
    return entry;
  }
}

/** Default rules whose call is found without looking at each event. */
const FOUND_OTHERWISE = new Set([
  ".m.rule.is_user_mention",
  ".m.rule.contains_display_name",
  ".m.rule.is_room_mention",
  ".m.rule.roomnotif",
  ".m.rule.tombstone",
  ".m.rule.contains_user_name",
  ".m.rule.invite_for_me",
]);

function rulesBeyondWords(rules: Ruleset): readonly PushRule[] {
  const all = [...rules.override, ...rules.room, ...rules.sender, ...rules.underride];
  return all.filter((rule) => rule.enabled && !FOUND_OTHERWISE.has(rule.rule_id));
}

/** Own rules of these kinds that notify change what counts, so they are looked at as well. */
function isLoud(rule: PushRule): boolean {
  return doesHighlight(rule.actions) || (!rule.default && doesNotify(rule.actions) && rule.conditions !== undefined);
}
