export type { Card, CardAction, CardState } from "./card.ts";
export { createCards, type Cards, type CardsParts } from "./create-cards.ts";
export { timeTexts } from "./dates.ts";
export { cardsMigrations } from "./migrations/index.ts";
export type { AlsoSaid, PostCard, SayText } from "./posts.ts";
export type { CardReaction, CardRooms, OnReaction, ReactionOutcome } from "./ports.ts";
export type { CardRow, Takes } from "./store.ts";
export { inLanguage, languages, texts, type CardText, type Language, type Texts } from "./texts.ts";
export type { KnownPerson } from "./welcome.ts";
