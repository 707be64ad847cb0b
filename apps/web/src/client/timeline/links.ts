/** A piece of a message's text: plain, or a link with the address that it really leads to. */
export type TextPart =
  | { readonly kind: "plain"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string };

const LINK = /https?:\/\/[^\s<>"'`「」（）。，、；：！？]+/giu;
/** What ends a sentence is not of the address. */
const TAIL = /[.,;:!?)\]}]+$/;

/** Finds the links in a text. Only http and https are ever links; a host that is not plain ASCII is shown as it is really asked for. */
export function partsOf(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const written = match[0].replace(TAIL, "");
    const link = linkOf(written);
    if (link === undefined) continue;
    if (match.index > from) parts.push({ kind: "plain", text: text.slice(from, match.index) });
    parts.push(link);
    from = match.index + written.length;
  }
  if (from < text.length || parts.length === 0) parts.push({ kind: "plain", text: text.slice(from) });
  return parts;
}

function linkOf(written: string): TextPart | undefined {
  try {
    const url = new URL(written);
    const isPlain = /^[\x21-\x7e]+$/.test(written) && url.username === "" && url.password === "";
    return { kind: "link", text: isPlain ? written : url.href, href: url.href };
  } catch {
    return undefined;
  }
}
