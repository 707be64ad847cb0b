import type { ServiceFacts, Texts } from "@causeway/policy";
import { createHash } from "node:crypto";
import type { RefusedRequest } from "../proxy/ports.ts";
import { escaped } from "./html.ts";
import { languages, memberOf } from "./languages.ts";
import { pageStyle } from "./style.ts";
import { filled, pageTexts, reasonTexts, saferWays } from "./texts.ts";

const STYLE_HASH = createHash("sha256").update(pageStyle).digest("base64");

const HEADERS =
  "Content-Type: text/html; charset=utf-8\r\nContent-Language: en, zh-Hant, zh-Hans\r\n" +
  `Content-Security-Policy: default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n` +
  "X-Content-Type-Options: nosniff\r\nX-Robots-Tag: noindex, nofollow\r\nReferrer-Policy: no-referrer\r\n";

const TAGS = { en: "en", "zh-Hant": "zh-Hant-HK", "zh-Hans": "zh-Hans" } as const;

/** What the proxy's page needs beside the request. */
export interface ProxyPageParts {
  readonly service: ServiceFacts | undefined;
  /** The address of Causeway's own page about the same; undefined where nothing can be asked for. */
  readonly link: string | undefined;
}

/** The body of a refusal: static, in three languages, with nothing that needs a session or a script. */
export function renderProxyPage(
  refused: RefusedRequest,
  parts: ProxyPageParts,
): { readonly headers: string; readonly body: Buffer } {
  const sections = languages.map((language) => {
    const text = (texts: Texts, places: Readonly<Record<string, string>> = {}): string =>
      escaped(filled(texts[memberOf[language]], places));
    const name = parts.service?.name[memberOf[language]] ?? refused.host;
    const isItself = refused.reason === "blocked" || refused.reason === "outside-hours";
    const why =
      refused.reason === "blocked" ? (parts.service?.reason ?? reasonTexts.blocked) : reasonTexts[refused.reason];
    const clause = isItself ? (refused.clause ?? parts.service?.clause) : undefined;
    const ways = saferWays(parts.service?.category).map((way) => `<li>${text(way)}</li>`);
    const said = clause === undefined ? "" : `<br>${text(pageTexts.clause, { clause })}`;
    const heading = language === "en" ? "h1" : "h2";
    return (
      `<section lang="${TAGS[language]}"><${heading}>${text(pageTexts.stopped, { name })}</${heading}><p class="host">${escaped(refused.host)}</p>` +
      `<p>${text(why)}${said}</p><p>${text(pageTexts.safer)}</p><ul>${ways.join("")}</ul>${askPart(parts, text)}</section>`
    );
  });
  const body =
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">` +
    `<meta name="robots" content="noindex"><title>${pageTexts.title.en} · ${pageTexts.title.zhHant} · ${pageTexts.title.zhHans}</title>` +
    `<style>${pageStyle}</style></head><body><main>${sections.join("")}</main></body></html>`;
  return { headers: HEADERS, body: Buffer.from(body) };
}

function askPart({ link, service }: ProxyPageParts, text: (texts: Texts) => string): string {
  if (service?.grantable === false) return `<p>${text(pageTexts.neverGranted)}</p>`;
  return link === undefined
    ? ""
    : `<p><a class="button" rel="noreferrer" href="${escaped(link)}">${text(pageTexts.ask)}</a></p>`;
}
