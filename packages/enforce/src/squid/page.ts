/** The name of the page in Squid's error directory. */
export const SQUID_PAGE = "ERR_CAUSEWAY";

const STYLE =
  "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:40rem;padding:0 1rem}h1{font-size:1.25rem}a{display:inline-block;padding:.5rem 0}";

const TEXTS = [
  {
    ...{
      lang: "en",
      title: "This site is blocked on office desktops",
      ask: "Why, safer routes, and how to ask for access",
    },
    text: "The security policy needs an authorisation for it.",
  },
  {
    ...{ lang: "zh-Hant", title: "辦公室電腦不能使用此網站", ask: "原因、較安全的途徑及如何申請使用" },
    text: "根據保安政策，使用前必須獲得授權。",
  },
  {
    ...{ lang: "zh-Hans", title: "办公室电脑不能使用此网站", ask: "原因、较安全的途径及如何申请使用" },
    text: "根据安全政策，使用前必须获得授权。",
  },
] as const;

/**
 * The page that Squid shows for a blocked plain-HTTP request: static, in three languages, with a link to Causeway's own page. Squid fills
 * in the host (`%H`) and the service's English name (`%o`), both quoted for HTML.
 */
export function squidPage(causewayUrl: string): string {
  const link = `${escaped(causewayUrl.replace(/\/$/, ""))}/blocked?url=http%3A%2F%2F%H%2F`.replaceAll(
    /%(?=3A|2F)/g,
    "%%",
  );
  const parts = TEXTS.map(
    ({ lang, title, text, ask }) =>
      `<section lang="${lang}"><h1>${title}</h1><p><strong>%H</strong> (%o)</p><p>${text}</p><p><a href="${link}">${ask}</a></p></section>`,
  );
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${TEXTS[0].title}</title><style>${STYLE}</style></head>
<body>${parts.join("\n")}</body></html>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll("%", "%%");
}
