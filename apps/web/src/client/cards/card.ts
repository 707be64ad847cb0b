import { withoutTricks } from "../people.ts";

/** A text in one language for all, or in each of the three (docs/cards.md). */
export type CardText = Readonly<Record<string, string>>;

/** What a card offers to do. */
export interface CardAction {
  readonly id: string;
  readonly text: CardText;
  readonly method: "POST" | "PUT";
  /** A path of the Causeway API on this server, checked. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly look: "main" | "normal" | "danger";
  /** What the person writes first: a field of the body, and what it is called. */
  readonly input?: { readonly name: string; readonly text: CardText };
}

/** How a card stands. */
export interface CardState {
  readonly text: CardText;
  readonly tone: "neutral" | "good" | "warn" | "bad";
}

/** A message to be answered where it stands. */
export interface Card {
  readonly title: CardText;
  readonly body?: CardText;
  readonly facts: readonly { readonly name: CardText; readonly value: CardText }[];
  readonly actions: readonly CardAction[];
  readonly state?: CardState;
  /** A page of this client. */
  readonly link?: { readonly text: CardText; readonly path: string };
}

/** The field of a message that carries a card. */
export const CARD = "org.causeway.card";

/** What a card may be: more is cut or left out. */
const LIMITS = {
  title: 200,
  name: 80,
  value: 500,
  body: 4_000,
  action: 60,
  facts: 20,
  actions: 4,
  path: 300,
  json: 4_000,
};

const LANGUAGES = ["en", "zh-Hant-HK", "zh-Hans"] as const;

/** Reads a card out of a message's content. Nothing in it is trusted; undefined when it has no title to show. */
export function cardIn(content: Readonly<Record<string, unknown>>): Card | undefined {
  const given: unknown = content[CARD];
  if (typeof given !== "object" || given === null) return undefined;
  const card: Readonly<Record<string, unknown>> = { ...given };
  const title = textOf(card["title"], LIMITS.title);
  if (title === undefined) return undefined;
  const body = textOf(card["body"], LIMITS.body, false);
  const state = stateOf(card["state"]);
  const link = linkOf(card["link"]);
  return {
    title,
    ...(body === undefined ? {} : { body }),
    facts: listOf(card["facts"])
      .slice(0, LIMITS.facts)
      .flatMap((fact) => {
        const name = textOf(Object(fact).name, LIMITS.name);
        const value = textOf(Object(fact).value, LIMITS.value);
        return name === undefined || value === undefined ? [] : [{ name, value }];
      }),
    actions: actionsOf(card["actions"]),
    ...(state === undefined ? {} : { state }),
    ...(link === undefined ? {} : { link }),
  };
}

/** The longest text that a person writes before an action. */
export const MAX_INPUT = 2_000;

/** The text in a language, else in English, else in whatever there is. */
export function cardText(locale: string, text: CardText): string {
  return text[locale] ?? text["en"] ?? Object.values(text)[0] ?? "";
}

/** Whether a path is one of this server's Causeway API, written plainly: nothing encoded, no steps up, no query. */
export function isActionPath(path: unknown): path is string {
  if (typeof path !== "string" || path.length > LIMITS.path) return false;
  if (!/^\/causeway\/v1(\/[A-Za-z0-9_.~@:!$+=,-]+)+$/.test(path)) return false;
  return !path.split("/").some((part) => part === "." || part === "..");
}

function actionsOf(given: unknown): readonly CardAction[] {
  const actions = listOf(given).slice(0, LIMITS.actions);
  return actions.flatMap((one, index): readonly CardAction[] => {
    const { text: words, method, path, body, look, input: wanted } = Object(one);
    const text = textOf(words, LIMITS.action);
    if (text === undefined || (method !== "POST" && method !== "PUT") || !isActionPath(path)) return [];
    const sent = bodyOf(body);
    if (sent === undefined) return [];
    const known = (["main", "danger"] as const).find((name) => name === look) ?? "normal";
    const input = wanted === undefined ? undefined : inputOf(wanted);
    // An action that needs words is nothing without them.
    if (wanted !== undefined && input === undefined) return [];
    return [
      { id: String(index), text, method, path, body: sent, look: known, ...(input === undefined ? {} : { input }) },
    ];
  });
}

function inputOf(given: unknown): CardAction["input"] {
  const { name, text: words } = Object(given);
  const text = textOf(words, LIMITS.action);
  return typeof name === "string" && /^[a-z][a-z_]{0,39}$/.test(name) && text !== undefined
    ? { name, text }
    : undefined;
}

/** A page of this client: its own path, written plainly. */
function linkOf(given: unknown): Card["link"] {
  const { path, text: words } = Object(given);
  const text = textOf(words, LIMITS.action);
  if (typeof path !== "string" || path.length > LIMITS.path || text === undefined) return undefined;
  return /^\/[a-z]+(\/[A-Za-z0-9_-]+)*$/.test(path) ? { text, path } : undefined;
}

/** An object small enough; none given is an empty one. */
function bodyOf(given: unknown): Readonly<Record<string, unknown>> | undefined {
  if (given === undefined) return {};
  if (typeof given !== "object" || given === null || Array.isArray(given)) return undefined;
  return JSON.stringify(given).length > LIMITS.json ? undefined : { ...given };
}

const TONES = ["neutral", "good", "warn", "bad"] as const;

function stateOf(given: unknown): CardState | undefined {
  const { text: words, tone } = Object(given);
  const text = textOf(words, LIMITS.title);
  return text === undefined ? undefined : { text, tone: TONES.find((known) => known === tone) ?? "neutral" };
}

function listOf(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : [];
}

function textOf(given: unknown, longest: number, isOneLine = true): CardText | undefined {
  if (typeof given === "string") {
    const plain = shown(given, longest, isOneLine);
    return plain === "" ? undefined : { en: plain };
  }
  if (typeof given !== "object" || given === null) return undefined;
  const texts = LANGUAGES.flatMap((language): readonly (readonly [string, string])[] => {
    const words: unknown = Object(given)[language];
    const plain = typeof words === "string" ? shown(words, longest, isOneLine) : "";
    return plain === "" ? [] : [[language, plain]];
  });
  return texts.length === 0 ? undefined : Object.fromEntries(texts);
}

/** Nothing that turns text round or hides in it; cut at its limit. */
function shown(text: string, longest: number, isOneLine: boolean): string {
  const plain = withoutTricks(text.slice(0, longest * 2));
  return (isOneLine ? plain.replaceAll(/\s+/g, " ") : plain).trim().slice(0, longest);
}
