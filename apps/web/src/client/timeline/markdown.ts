import { partsOf } from "./links.ts";
import type { Mention } from "./mentions.ts";

/** A piece of a line. */
export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "bold" | "italic" | "strike"; readonly parts: readonly Inline[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string }
  | { readonly kind: "mention"; readonly text: string; readonly userId: string };

/** A piece of a message. */
export type Block =
  | { readonly kind: "paragraph"; readonly parts: readonly Inline[] }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  | { readonly kind: "list"; readonly isOrdered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: "code"; readonly text: string };

/** Quotations in quotations beyond this are shown as they were typed. */
const DEEPEST = 3;
const FENCE = /^```[a-z0-9+-]{0,20}$/i;
const QUOTE = /^> ?/;
const BULLET = /^[-*] +(?=\S)/;
const NUMBER = /^[0-9]{1,3}[.)] +(?=\S)/;

/**
 * Reads a message's small Markdown: bold, italic, struck, code, quotations, lists, addresses. There is no HTML in it and none comes
 * out of it; an address cannot hide behind other words. What is no mark stays as it was typed.
 */
export function blocksOf(text: string, mentions: readonly Mention[] = [], depth = 0): readonly Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  let plain: string[] = [];
  const close = (): void => {
    const words = plain.join("\n");
    plain = [];
    if (words.trim() !== "")
      blocks.push({ kind: "paragraph", parts: inlinesOf(words.replaceAll(/^\n+|\n+$/g, ""), mentions) });
  };
  /** Takes the lines from here that are marked so, without their marks. */
  const taken = (at: number, mark: RegExp): readonly string[] => {
    const marked: string[] = [];
    for (let next = at; next < lines.length && mark.test(lines[next] ?? ""); next += 1)
      marked.push((lines[next] ?? "").replace(mark, ""));
    return marked;
  };
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? "";
    const end = FENCE.test(line) ? lines.indexOf("```", at + 1) : -1;
    if (end > at) {
      close();
      blocks.push({ kind: "code", text: lines.slice(at + 1, end).join("\n") });
      at = end + 1;
      continue;
    }
    const mark = [QUOTE, BULLET, NUMBER].find((one) => one.test(line));
    if (mark === undefined || (mark === QUOTE && depth >= DEEPEST)) {
      plain.push(line);
      at += 1;
      continue;
    }
    close();
    const marked = taken(at, mark);
    at += marked.length;
    if (mark === QUOTE) blocks.push({ kind: "quote", blocks: blocksOf(marked.join("\n"), mentions, depth + 1) });
    else
      blocks.push({ kind: "list", isOrdered: mark === NUMBER, items: marked.map((item) => inlinesOf(item, mentions)) });
  }
  close();
  return blocks;
}

// A mark stands at a word's edge and in one line: `2 * 3 * 4` and `a_file_name` are no marks. The lengths keep the search short.
const MARKS = [
  { kind: "code", pattern: /`([^`\n]{1,500})`/ },
  { kind: "bold", pattern: /\*\*(?=[^\s*])([^\n]{0,500}?[^\s*])\*\*/ },
  { kind: "strike", pattern: /~~(?=[^\s~])([^\n]{0,500}?[^\s~])~~/ },
  { kind: "italic", pattern: /(?<![\w*])\*(?=[^\s*])([^*\n]{0,500}?[^\s*])\*(?![\w*])/ },
  { kind: "italic", pattern: /(?<![\w_])_(?=[^\s_])([^_\n]{0,500}?[^\s_])_(?![\w_])/ },
] as const;

/** Stand in for addresses and mentions while marks are looked for: what is in those is no mark. */
const FIRST_STAND_IN = 0xe000;
const MOST_STAND_INS = 1000;
const STAND_INS = /[\ue000-\ue3e7]/g;

function inlinesOf(text: string, mentions: readonly Mention[]): readonly Inline[] {
  const kept: Inline[] = [];
  const standIn = (inline: Inline): string => {
    if (kept.length >= MOST_STAND_INS) return "text" in inline ? inline.text : "";
    kept.push(inline);
    return String.fromCharCode(FIRST_STAND_IN + kept.length - 1);
  };
  const written = partsOf(text.replaceAll(STAND_INS, ""))
    .map((part) => (part.kind === "link" ? standIn(part) : withMentions(part.text, mentions, standIn)))
    .join("");
  return marked(written, kept);
}

function withMentions(text: string, mentions: readonly Mention[], standIn: (inline: Inline) => string): string {
  let rest = text;
  for (const { text: name, userId } of mentions)
    if (rest.includes(name)) rest = rest.split(name).join(standIn({ kind: "mention", text: name, userId }));
  return rest;
}

/** More marks in one stretch are no writing: they are shown as they were typed. */
const MOST_MARKS = 500;

function marked(text: string, kept: readonly Inline[]): readonly Inline[] {
  const parts: Inline[] = [];
  const searches = MARKS.map(({ kind, pattern }) => ({
    kind,
    pattern: new RegExp(pattern, "g"),
    match: undefined as Found,
  }));
  let at = 0;
  for (let count = 0; count < MOST_MARKS; count += 1) {
    let first: { readonly match: RegExpExecArray; readonly kind: (typeof MARKS)[number]["kind"] } | undefined;
    for (const search of searches) {
      // What was found further on is found again.
      if (search.match === undefined || (search.match !== null && search.match.index < at)) {
        search.pattern.lastIndex = at;
        search.match = search.pattern.exec(text);
      }
      const { kind, match } = search;
      if (match !== null && (first === undefined || match.index < first.match.index)) first = { kind, match };
    }
    if (first === undefined) break;
    const { match, kind } = first;
    const inner = match[1] ?? "";
    parts.push(...restored(text.slice(at, match.index), kept));
    parts.push(kind === "code" ? { kind, text: asTyped(inner, kept) } : { kind, parts: marked(inner, kept) });
    at = match.index + match[0].length;
  }
  return [...parts, ...restored(text.slice(at), kept)];
}

type Found = RegExpExecArray | null | undefined;

function restored(text: string, kept: readonly Inline[]): readonly Inline[] {
  const parts: Inline[] = [];
  let plain = "";
  const close = (): void => {
    if (plain !== "") parts.push({ kind: "text", text: plain });
    plain = "";
  };
  for (const character of text) {
    const known = kept[character.charCodeAt(0) - FIRST_STAND_IN];
    if (known === undefined) plain += character;
    else {
      close();
      parts.push(known);
    }
  }
  close();
  return parts;
}

function asTyped(text: string, kept: readonly Inline[]): string {
  return restored(text, kept)
    .map((part) => ("text" in part ? part.text : ""))
    .join("");
}

/** The same as HTML for other clients (`formatted_body`); undefined when there is no mark in it. */
export function htmlOf(text: string, mentions: readonly Mention[]): string | undefined {
  const blocks = blocksOf(text, mentions);
  const isPlain = blocks.every(
    (block) => block.kind === "paragraph" && block.parts.every(({ kind }) => kind === "text" || kind === "link"),
  );
  if (isPlain) return undefined;
  const [only] = blocks;
  return blocks.length === 1 && only?.kind === "paragraph" ? inlineHtml(only.parts) : blocks.map(blockHtml).join("");
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return `<p>${inlineHtml(block.parts)}</p>`;
    case "quote":
      return `<blockquote>${block.blocks.map(blockHtml).join("")}</blockquote>`;
    case "code":
      return `<pre><code>${escaped(block.text)}</code></pre>`;
    case "list": {
      const name = block.isOrdered ? "ol" : "ul";
      return `<${name}>${block.items.map((item) => `<li>${inlineHtml(item)}</li>`).join("")}</${name}>`;
    }
  }
}

const ELEMENTS = { bold: "strong", italic: "em", strike: "del" } as const;

function inlineHtml(parts: readonly Inline[]): string {
  return parts
    .map((part) => {
      switch (part.kind) {
        case "text":
          return escaped(part.text).replaceAll("\n", "<br>");
        case "code":
          return `<code>${escaped(part.text)}</code>`;
        case "link":
          return `<a href="${escaped(part.href)}">${escaped(part.text)}</a>`;
        case "mention":
          return `<a href="https://matrix.to/#/${escaped(part.userId)}">${escaped(part.text)}</a>`;
        default:
          return `<${ELEMENTS[part.kind]}>${inlineHtml(part.parts)}</${ELEMENTS[part.kind]}>`;
      }
    })
    .join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
