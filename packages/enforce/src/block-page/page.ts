import type { Instant } from "@causeway/base";
import type { ServiceFacts } from "@causeway/policy";
import { escaped } from "./html.ts";
import { languages, memberOf, type Language } from "./languages.ts";
import type { ReturnAddress } from "./return-address.ts";
import { pageStyle } from "./style.ts";
import { filled, pageTexts, reasonTexts, saferWays, type StopReason } from "./texts.ts";

/** What the page is about. */
export type PageSubject =
  | { readonly kind: "bad-address" }
  | { readonly kind: "not-blocked"; readonly address: ReturnAddress }
  | {
      readonly kind: "open";
      readonly address: ReturnAddress;
      readonly until: Instant | undefined;
      readonly service: ServiceFacts | undefined;
    }
  | {
      readonly kind: "blocked";
      readonly address: ReturnAddress;
      readonly reason: StopReason;
      readonly service: ServiceFacts | undefined;
      readonly clause: string | undefined;
    };

/** How the page is shown. */
export interface PageHow {
  readonly language: Language;
  readonly nonce: string;
  readonly hint: string;
  /** In minutes east of UTC, for times. */
  readonly utcOffsetMinutes: number;
}

const NAMES: Readonly<Record<Language, string>> = { en: "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文" };
const HTML_LANG: Readonly<Record<Language, string>> = { en: "en", "zh-Hant": "zh-Hant-HK", "zh-Hans": "zh-Hans" };

/** Writes the whole page. Everything that came from outside is escaped where it is put in. */
export function renderPage(subject: PageSubject, how: PageHow): string {
  const say = sayer(how.language);
  return [
    `<!doctype html><html lang="${HTML_LANG[how.language]}"><head><meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex, nofollow">`,
    `<meta name="referrer" content="no-referrer"><title>${escaped(say("title"))} · Causeway</title>`,
    `<style nonce="${how.nonce}">${pageStyle}</style></head><body>`,
    `<main${dataOf(subject, how)}>`,
    languageLinks(subject, how),
    bodyOf(subject, how),
    `</main>`,
    isWatched(subject) ? `<script nonce="${how.nonce}" src="/blocked/page.js" defer></script>` : "",
    `</body></html>`,
  ].join("");
}

type Say = (text: keyof typeof pageTexts, places?: Readonly<Record<string, string>>) => string;

function sayer(language: Language): Say {
  return (text, places = {}) => filled(pageTexts[text][memberOf[language]], places);
}

function isWatched(subject: PageSubject): boolean {
  return subject.kind === "blocked" && subject.service?.grantable !== false;
}

/** What the script needs. */
function dataOf(subject: PageSubject, how: PageHow): string {
  if (subject.kind !== "blocked") return "";
  const say = sayer(how.language);
  const data = {
    url: subject.address.url,
    hint: how.hint,
    open: say("open"),
    until: say("openUntil"),
    offset: String(how.utcOffsetMinutes),
  };
  return Object.entries(data)
    .map(([name, value]) => ` data-${name}="${escaped(value)}"`)
    .join("");
}

function languageLinks(subject: PageSubject, how: PageHow): string {
  const links = languages.map((language) => {
    const lang = HTML_LANG[language];
    if (language === how.language) return `<span lang="${lang}" aria-current="true">${NAMES[language]}</span>`;
    return `<a lang="${lang}" hreflang="${lang}" href="${escaped(pagePath(subject, how.hint, language))}">${NAMES[language]}</a>`;
  });
  return `<nav aria-label="${escaped(sayer(how.language)("language"))}">${links.join("")}</nav>`;
}

function pagePath(subject: PageSubject, hint: string, lang: Language): string {
  const query = new URLSearchParams({ url: subject.kind === "bad-address" ? "" : subject.address.url, lang });
  if (hint !== "") query.set("machine_hint", hint);
  return `/blocked?${query.toString()}`;
}

function bodyOf(subject: PageSubject, how: PageHow): string {
  const say = sayer(how.language);
  switch (subject.kind) {
    case "bad-address":
      return card(`<h1>${escaped(say("badAddress"))}</h1><p>${escaped(say("badAddressHow"))}</p>`);
    case "not-blocked":
      return card(
        `<h1>${escaped(say("notBlocked", { name: subject.address.shown }))}</h1><p>${escaped(say("notBlockedHow"))}</p>`,
      );
    case "open":
      return card(openPart(subject, how), "open");
    case "blocked":
      return blockedPart(subject, how);
  }
}

function card(inside: string, kind?: string): string {
  return `<section${kind === undefined ? "" : ` class="${kind}"`}>${inside}</section>`;
}

function openPart(subject: Extract<PageSubject, { kind: "open" }>, how: PageHow): string {
  const say = sayer(how.language);
  const { address, until, service } = subject;
  const name = service?.name[memberOf[how.language]] ?? address.shown;
  const said = until === undefined ? say("open") : say("openUntil", { until: clockTime(until, how.utcOffsetMinutes) });
  return `<h1>${escaped(name)}</h1><p><strong>${escaped(said)}</strong></p>${goOn(address, say)}`;
}

function goOn(address: ReturnAddress, say: Say): string {
  return `<p><a class="button" rel="noreferrer" href="${escaped(address.url)}">${escaped(say("goOn", { host: address.shown }))}</a></p>`;
}

/** `14:05` where the installation is. */
function clockTime(at: Instant, utcOffsetMinutes: number): string {
  return new Date(at + utcOffsetMinutes * 60_000).toISOString().slice(0, 16).replace("T", " ");
}

function blockedPart(subject: Extract<PageSubject, { kind: "blocked" }>, how: PageHow): string {
  const say = sayer(how.language);
  const member = memberOf[how.language];
  const { address, service, reason } = subject;
  const name = service?.name[member] ?? address.shown;
  const isItself = reason === "blocked" || reason === "outside-hours";
  const why =
    reason === "blocked" ? (service?.reason[member] ?? reasonTexts.blocked[member]) : reasonTexts[reason][member];
  const clause = isItself ? (subject.clause ?? service?.clause) : undefined;
  const ways = saferWays(service?.category).map((way) => `<li>${escaped(way[member])}</li>`);
  return [
    card(
      `<h1>${escaped(say("stopped", { name }))}</h1><p class="host">${escaped(address.shown)}</p>` +
        `<h2>${escaped(say("why"))}</h2><p>${escaped(why)}` +
        (clause === undefined ? "" : `<br>${escaped(say("clause", { clause }))}`) +
        `</p>`,
    ),
    `<section id="state" class="open" role="status" hidden><p><strong></strong></p>${goOn(address, say)}</section>`,
    card(`<h2>${escaped(say("safer"))}</h2><ul>${ways.join("")}</ul>`),
    card(`<h2>${escaped(say("askTitle"))}</h2>${askPart(subject, how)}`),
  ].join("");
}

function askPart(subject: Extract<PageSubject, { kind: "blocked" }>, how: PageHow): string {
  const say = sayer(how.language);
  if (subject.service?.grantable === false) return `<p>${escaped(say("neverGranted"))}</p>`;
  const query = new URLSearchParams({ url: subject.address.url });
  if (how.hint !== "") query.set("machine_hint", how.hint);
  return (
    `<p>${escaped(say("askHow"))}</p>` +
    `<p><a class="button" href="${escaped(`/access/ask?${query.toString()}`)}">${escaped(say("ask"))}</a></p>` +
    `<p class="quiet" id="waiting" hidden>${escaped(say("waiting"))}</p>`
  );
}
