import type { Content } from "@causeway/matrix-events";
import { inLanguage, languages, manyLines, oneLine, type CardText, type Language } from "./texts.ts";

/** What a card offers to do: a call of the Causeway API with the session of the person who presses it (docs/cards.md). */
export interface CardAction {
  readonly text: CardText;
  readonly method: "POST" | "PUT";
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly look?: "main" | "normal" | "danger";
  /** What the person writes before it is done: a field of the body, and what it is called. */
  readonly input?: { readonly name: string; readonly text: CardText };
}

/** How a card stands. */
export interface CardState {
  readonly text: CardText;
  readonly tone: "neutral" | "good" | "warn" | "bad";
}

/** A card as the server writes it. */
export interface Card {
  readonly title: CardText;
  readonly facts: readonly { readonly name: CardText; readonly value: CardText }[];
  /** What somebody wrote; plain text. */
  readonly body?: CardText;
  readonly state?: CardState;
  readonly actions: readonly CardAction[];
  /** A page of the web client. */
  readonly link?: { readonly text: CardText; readonly path: string };
  /** The id of the announcement that it is. */
  readonly announcement?: string;
  /** What clients that draw no cards are told beside: how to answer, and where. */
  readonly plainHint?: CardText;
}

/** What a card may be (docs/cards.md); clients cut what is longer, so it is cut here, where the whole is known. */
const LIMITS = { title: 200, name: 80, value: 500, body: 4000, action: 60, facts: 20, actions: 4, hint: 1000 };

/** The content of the message that a card is, for somebody who reads a language. Quiet ones notify nobody. */
export function messageOf(card: Card, how: { readonly language: Language; readonly quiet: boolean }): Content {
  return {
    msgtype: how.quiet ? "m.notice" : "m.text",
    body: plainText(card, how.language),
    "m.mentions": {},
    "org.causeway.card": cardContent(card),
    ...(card.announcement === undefined ? {} : { "org.causeway.announcement": { announcement_id: card.announcement } }),
  };
}

/** The content that replaces the message of a card. Clients that know no edits show its body. */
export function replacementOf(
  card: Card,
  of: { readonly eventId: string; readonly language: Language; readonly quiet: boolean },
): Content {
  const content = messageOf(card, of);
  return {
    msgtype: "m.notice",
    body: `* ${String(content["body"])}`,
    "m.mentions": {},
    "m.new_content": content,
    "m.relates_to": { rel_type: "m.replace", event_id: of.eventId },
  };
}

function cardContent(card: Card): Content {
  return {
    title: each(card.title, (text) => oneLine(text, LIMITS.title)),
    facts: factsOf(card).map(({ name, value }) => ({
      name: each(name, (text) => oneLine(text, LIMITS.name)),
      value: each(value, (text) => oneLine(text, LIMITS.value)),
    })),
    ...(card.body === undefined ? {} : { body: each(card.body, (text) => manyLines(text, LIMITS.body)) }),
    ...(card.state === undefined
      ? {}
      : { state: { text: each(card.state.text, (text) => oneLine(text, LIMITS.title)), tone: card.state.tone } }),
    actions: card.actions.slice(0, LIMITS.actions).map(({ text, method, path, body, look, input }) => ({
      ...{ text: each(text, (words) => oneLine(words, LIMITS.action)), method, path },
      ...(body === undefined ? {} : { body }),
      ...(look === undefined ? {} : { look }),
      ...(input === undefined
        ? {}
        : { input: { name: input.name, text: each(input.text, (words) => oneLine(words, LIMITS.action)) } }),
    })),
    ...(card.link === undefined
      ? {}
      : { link: { text: each(card.link.text, (words) => oneLine(words, LIMITS.action)), path: card.link.path } }),
  };
}

function factsOf(card: Card): Card["facts"] {
  return card.facts.slice(0, LIMITS.facts);
}

function each(text: CardText, write: (text: string) => string): CardText {
  if (typeof text === "string") return write(text);
  return Object.fromEntries(languages.map((language) => [language, write(text[language])])) as CardText; // one for each language
}

/**
 * What a client that draws no cards shows: the title, the facts, what somebody wrote, how it stands, how to answer. What people wrote
 * stays on its own line or behind `>`, so that none of it can pass for a line of the server's.
 */
export function plainText(card: Card, language: Language): string {
  const colon = language === "en" ? ": " : "：";
  const read = (text: CardText): string => inLanguage(text, language);
  const lines = [oneLine(read(card.title), LIMITS.title)];
  for (const { name, value } of factsOf(card))
    lines.push(`${oneLine(read(name), LIMITS.name)}${colon}${oneLine(read(value), LIMITS.value)}`);
  if (card.body !== undefined) {
    const body = manyLines(read(card.body), LIMITS.body);
    lines.push(typeof card.body === "string" ? body.replaceAll(/^/gm, "> ") : body);
  }
  if (card.state !== undefined) lines.push(oneLine(read(card.state.text), LIMITS.title));
  if (card.plainHint !== undefined) lines.push(manyLines(read(card.plainHint), LIMITS.hint));
  return lines.join("\n");
}
