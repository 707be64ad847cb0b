/** What is said, by language. */
const WORDS = {
  en: "Files cannot be sent from here: the authorisation does not include uploads.",
  "zh-Hant": "不能從這裏傳送檔案：授權不包括上載。",
  "zh-Hans": "不能从这里发送文件：授权不包括上传。",
} as const;

const STYLE = `
  :host { all: initial; position: fixed; inset: auto 0 24px 0; z-index: 2147483647; display: flex; justify-content: center; }
  p { margin: 0 16px; padding: 12px 16px; max-width: 480px; border-radius: 8px; font: 16px/1.4 system-ui, sans-serif;
      color: #fff; background: #1f2937; box-shadow: 0 4px 16px #0006; }
`;

/** How long the words stay. */
const SHOWN_MS = 8000;

/** The words in the language that a browser prefers. */
export function wordsFor(languages: readonly string[]): string {
  const [first = "en"] = languages.filter((one) => /^(en|zh)/i.test(one));
  if (!/^zh/i.test(first)) return WORDS.en;
  return /hans|cn|sg/i.test(first) ? WORDS["zh-Hans"] : WORDS["zh-Hant"];
}

let shown: { readonly host: HTMLElement; readonly timer: ReturnType<typeof setTimeout> } | undefined;

/** Says in the page why nothing happened. The page cannot read it, restyle it, or be blocked by its own policy from showing it. */
export function notice(): void {
  if (shown !== undefined) {
    clearTimeout(shown.timer);
    shown.host.remove();
  }
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const words = document.createElement("p");
  words.setAttribute("role", "alert");
  words.textContent = wordsFor(navigator.languages);
  root.append(words);
  document.documentElement.append(host);
  shown = { host, timer: setTimeout(() => host.remove(), SHOWN_MS) };
}
