import { withoutTricks } from "../people.ts";

/** One of the answers of a poll. */
export interface PollAnswer {
  readonly id: string;
  readonly text: string;
}

/** What a poll asks. */
export interface Poll {
  readonly question: string;
  readonly answers: readonly PollAnswer[];
  /** How many answers one may choose. */
  readonly most: number;
  /** Whether the results are shown while people vote. */
  readonly isOpen: boolean;
}

/** The kinds of events that polls are made of (MSC3381), under their stable and their unstable names. */
export const POLL = {
  start: ["m.poll.start", "org.matrix.msc3381.poll.start"],
  response: ["m.poll.response", "org.matrix.msc3381.poll.response"],
  end: ["m.poll.end", "org.matrix.msc3381.poll.end"],
} as const;

/** What a poll begins, continues or ends with; undefined for every other kind of event. */
export function pollPart(type: string): keyof typeof POLL | undefined {
  const parts = ["start", "response", "end"] as const;
  return parts.find((part) => POLL[part].some((name) => name === type));
}

/** The most answers that a poll has; what is beyond is left out, as the proposal says. */
export const MOST_ANSWERS = 20;
/** The longest question and the longest answer. */
export const LONGEST = 340;

type Json = Readonly<Record<string, unknown>>;

/** Reads what a poll asks. Nothing in it is trusted; undefined when it cannot be voted in. */
export function pollIn(content: Json): Poll | undefined {
  const poll: Json = Object(content["m.poll"] ?? content["m.poll.start"] ?? content["org.matrix.msc3381.poll.start"]);
  const question = textIn(poll["question"]);
  const answers = answersIn(poll["answers"]);
  if (question === "" || answers.length === 0) return undefined;
  const { max_selections: most, kind } = poll;
  const isCount = typeof most === "number" && Number.isInteger(most) && most >= 1;
  return {
    question,
    answers,
    most: isCount ? Math.min(most, answers.length) : 1,
    isOpen: typeof kind === "string" && /^(?:m(?:\.poll)?|org\.matrix\.msc3381\.poll)\.disclosed$/.test(kind),
  };
}

function answersIn(list: unknown): readonly PollAnswer[] {
  if (!Array.isArray(list)) return [];
  const answers = new Map<string, PollAnswer>();
  for (const one of list.slice(0, MOST_ANSWERS)) {
    const answer: Json = Object(one);
    const id = answer["m.id"] ?? answer["id"];
    const text = textIn(answer);
    if (typeof id === "string" && id !== "" && text !== "" && !answers.has(id)) answers.set(id, { id, text });
  }
  return [...answers.values()];
}

/** The plain text of a part of an extensible event (MSC1767), in any of its forms. */
function textIn(part: unknown): string {
  const { "m.text": stable, "org.matrix.msc1767.text": unstable, body }: Json = Object(part);
  const written = [Array.isArray(stable) ? plainOf(stable) : stable, unstable, body].find(
    (text): text is string => typeof text === "string" && text.trim() !== "",
  );
  const text = withoutTricks((written ?? "").slice(0, 4 * LONGEST))
    .replaceAll(/\s+/g, " ")
    .trim();
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function plainOf(forms: readonly unknown[]): unknown {
  const plain = forms.slice(0, 10).find((form) => ["text/plain", undefined].includes(Object(form).mimetype));
  return Object(plain).body;
}

/** A vote as it came: whoever sends may send anything. */
export interface Ballot {
  readonly sender: string;
  readonly at: number;
  readonly content: Json;
}

/** How a poll stands. */
export interface Tally {
  /** By answer. */
  readonly counts: ReadonlyMap<string, number>;
  /** How many people have a valid vote. */
  readonly voters: number;
  /** What one person chose. */
  readonly chosen: readonly string[];
}

/** Counts the votes: the last one of each person counts, those after the end do not, and one with an unknown answer is spoilt. */
export function tally(
  poll: Poll,
  ballots: readonly Ballot[],
  about: { readonly me: string; readonly endedAt: number | undefined },
): Tally {
  const last = new Map<string, Ballot>();
  for (const ballot of ballots) {
    if (about.endedAt !== undefined && ballot.at > about.endedAt) continue;
    const before = last.get(ballot.sender);
    if (before === undefined || ballot.at >= before.at) last.set(ballot.sender, ballot);
  }
  const counts = new Map(poll.answers.map(({ id }) => [id, 0]));
  let voters = 0;
  let chosen: readonly string[] = [];
  for (const ballot of last.values()) {
    const choices = choicesIn(poll, ballot.content);
    if (choices.length > 0) voters += 1;
    for (const id of choices) counts.set(id, (counts.get(id) ?? 0) + 1);
    if (ballot.sender === about.me) chosen = choices;
  }
  return { counts, voters, chosen };
}

/** The answers that a vote names; none when it is spoilt or was taken back. */
function choicesIn(poll: Poll, content: Json): readonly string[] {
  const unstable: Json = Object(content["org.matrix.msc3381.poll.response"] ?? content["m.poll.response"]);
  const named = content["m.selections"] ?? unstable["answers"];
  if (!Array.isArray(named)) return [];
  const choices = new Set<unknown>(named.slice(0, poll.most));
  const known = poll.answers.filter(({ id }) => choices.has(id)).map(({ id }) => id);
  return known.length === choices.size ? known : [];
}

/** What is asked when somebody makes a poll. */
export interface PollDraft {
  readonly question: string;
  readonly answers: readonly string[];
  readonly isSeveral: boolean;
  readonly isOpen: boolean;
}

/** The answers of a draft that say something, each once. */
export function answersOf(draft: PollDraft): readonly string[] {
  return [...new Set(draft.answers.map((answer) => answer.trim()).filter((answer) => answer !== ""))];
}

/** Whether a draft can be sent. */
export function isWhole(draft: PollDraft): boolean {
  return draft.question.trim() !== "" && answersOf(draft).length >= 2;
}

/** A poll in words, for clients that know none. */
export function wordsOf(question: string, answers: readonly string[]): string {
  return [question, ...answers.map((answer, at) => `${at + 1}. ${answer}`)].join("\n");
}

/** The content of a new poll. Other clients know the unstable names, so those are sent. */
export function startContent(draft: PollDraft, makeId: () => string): Json {
  const question = draft.question.trim();
  const answers = answersOf(draft).slice(0, MOST_ANSWERS);
  const words = wordsOf(question, answers);
  return {
    body: words,
    "org.matrix.msc1767.text": words,
    "org.matrix.msc3381.poll.start": {
      question: { "org.matrix.msc1767.text": question, body: question, msgtype: "m.text" },
      kind: `org.matrix.msc3381.poll.${draft.isOpen ? "disclosed" : "undisclosed"}`,
      max_selections: draft.isSeveral ? answers.length : 1,
      answers: answers.map((answer) => ({ id: makeId(), "org.matrix.msc1767.text": answer })),
    },
    "m.mentions": {},
  };
}

/** The content of a vote; without answers it takes the last one back. */
export function responseContent(poll: string, answers: readonly string[]): Json {
  return { ...referenceTo(poll), "org.matrix.msc3381.poll.response": { answers } };
}

/** The content that ends a poll; the text says how it ended. */
export function endContent(poll: string, text: string): Json {
  return { ...referenceTo(poll), body: text, "org.matrix.msc1767.text": text, "org.matrix.msc3381.poll.end": {} };
}

function referenceTo(poll: string): Json {
  return { "m.relates_to": { rel_type: "m.reference", event_id: poll } };
}

/** A share as a whole number of hundredths. */
export function percent(count: number, voters: number): number {
  return voters === 0 ? 0 : Math.round((100 * count) / voters);
}
