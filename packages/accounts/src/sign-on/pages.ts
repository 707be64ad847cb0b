import { HttpReply } from "@causeway/platform";
import { hash } from "node:crypto";

/** A sentence in the three languages. */
export interface Said {
  readonly en: string;
  readonly hant: string;
  readonly hans: string;
}

/** What pages say. */
export const says = {
  choose: { en: "Choose how to sign in.", hant: "請選擇登入方式。", hans: "请选择登录方式。" },
  badReturn: {
    en: "This sign-in link does not lead to a known app. Nothing was done.",
    hant: "此登入連結並非通往已知的應用程式，未有進行任何操作。",
    hans: "此登录链接并非通往已知的应用，未进行任何操作。",
  },
  noProvider: {
    en: "This way of signing in is not offered here.",
    hant: "此處不提供這種登入方式。",
    hans: "此处不提供这种登录方式。",
  },
  lapsed: {
    en: "This sign-in has lapsed, has been used, or was begun in another browser. Start again from the app.",
    hant: "此登入程序已過期、已使用，或在另一個瀏覽器開始。請由應用程式重新開始。",
    hans: "此登录程序已过期、已使用，或在另一个浏览器开始。请从应用重新开始。",
  },
  refused: {
    en: "The sign-in service did not confirm who you are. Start again from the app.",
    hant: "登入服務未能確認你的身分。請由應用程式重新開始。",
    hans: "登录服务未能确认您的身份。请从应用重新开始。",
  },
  unreachable: {
    en: "The sign-in service cannot be reached now. Try again in a few minutes.",
    hant: "現時無法連接登入服務，請數分鐘後再試。",
    hans: "现在无法连接登录服务，请几分钟后再试。",
  },
  noAccount: {
    en: "You have no account here, or it has ended. Ask your department's system administrator.",
    hant: "你在此沒有帳戶，或帳戶已終止。請向部門的系統管理員查詢。",
    hans: "您在此没有帐户，或帐户已终止。请向部门的系统管理员查询。",
  },
  cancelled: {
    en: "You did not sign in at the sign-in service. Start again from the app.",
    hant: "你沒有在登入服務完成登入。請由應用程式重新開始。",
    hans: "您没有在登录服务完成登录。请从应用重新开始。",
  },
  done: {
    en: "Done. You can close this window.",
    hant: "完成。你可以關閉此視窗。",
    hans: "完成。您可以关闭此窗口。",
  },
} as const satisfies Record<string, Said>;

/** A link on a page; its address is made by this server. */
export interface Link {
  readonly text: string;
  readonly href: string;
}

const STYLE =
  "body{font:1.125rem/1.5 system-ui,sans-serif;max-width:32rem;margin:10vh auto;padding:0 1rem;color:#1d2129;background:#fff}a{display:block;padding:.75rem 1rem;margin:.5rem 0;border:1px solid #4a5568;border-radius:.5rem;color:inherit;text-decoration:none}a:focus-visible{outline:3px solid #1a56db}@media(prefers-color-scheme:dark){body{color:#e6e8ec;background:#15181d}}";
/**
 * Tells the app that opened the window that a step is done (client-server API, "Fallback"). Our own client has no opener's tie to a
 * window that was at a provider, so it listens on a channel of this origin.
 */
const TELL_APP =
  'if(window.onAuthDone){window.onAuthDone()}else if(window.opener&&window.opener.postMessage){window.opener.postMessage("authDone","*")}new BroadcastChannel("causeway-auth").postMessage("authDone");window.close()';

function source(text: string): string {
  return `'sha256-${hash("sha256", text, "base64")}'`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** A page that says one thing in the three languages, without anything from elsewhere. */
export function page(options: {
  readonly status: number;
  readonly said: Said;
  readonly links?: readonly Link[];
  /** Where the browser goes on to at once. */
  readonly next?: string;
  readonly tellApp?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}): HttpReply {
  const { said, next, tellApp = false } = options;
  const links = [...(options.links ?? []), ...(next === undefined ? [] : [{ text: "Causeway", href: next }])];
  const onward = next === undefined ? "" : `<meta http-equiv="refresh" content="0;url=${escaped(next)}">`;
  const list = links.map(({ text, href }) => `<a href="${escaped(href)}">${escaped(text)}</a>`).join("");
  const script = tellApp ? `<script>${TELL_APP}</script>` : "";
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Causeway</title>${onward}<style>${STYLE}</style></head><body><main><p>${escaped(said.en)}</p><p lang="zh-Hant">${escaped(said.hant)}</p><p lang="zh-Hans">${escaped(said.hans)}</p>${list}</main>${script}</body></html>`;
  const scripts = tellApp ? `script-src ${source(TELL_APP)}; ` : "";
  return new HttpReply({
    status: options.status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; style-src ${source(STYLE)}; ${scripts}base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      ...quiet,
      ...options.headers,
    },
    body,
  });
}

const quiet = { "cache-control": "no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff" };

/** Sends a browser somewhere; what is in the address stays out of caches and referrers. */
export function sendTo(address: string, headers: Readonly<Record<string, string>>): HttpReply {
  return new HttpReply({ status: 302, headers: { location: address, ...quiet, ...headers }, body: "" });
}
