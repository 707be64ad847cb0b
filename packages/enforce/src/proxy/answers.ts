import { STATUS_CODES } from "node:http";

/** An answer of the proxy itself. */
export interface OwnAnswer {
  readonly status: number;
  readonly headers?: string;
  readonly body: Buffer;
  readonly isClosing: boolean;
  /** For `HEAD`: the length is said and nothing follows. */
  readonly isBodyless: boolean;
}

/** Writes an answer of the proxy itself. */
export function writeAnswer(answer: OwnAnswer): Buffer {
  const { status, body } = answer;
  const head =
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Error"}\r\n${answer.headers ?? ""}Content-Length: ${body.length}\r\n` +
    `Cache-Control: no-store\r\n${answer.isClosing ? "Connection: close\r\n" : ""}\r\n`;
  return answer.isBodyless ? Buffer.from(head, "latin1") : Buffer.concat([Buffer.from(head, "latin1"), body]);
}

/** The faults that the proxy tells in a sentence: status, and what to say in English and Chinese. */
const FAULTS = {
  "bad-request": [
    400,
    "The proxy could not read this request.",
    "代理伺服器無法讀取此請求。",
    "代理服务器无法读取此请求。",
  ],
  "not-proxied": [
    400,
    "This is a proxy. Set it as the proxy of your browser.",
    "這是代理伺服器，請在瀏覽器設定使用。",
    "这是代理服务器，请在浏览器设置使用。",
  ],
  "host-differs": [
    400,
    "The request names two different hosts.",
    "此請求指定了兩個不同的主機。",
    "此请求指定了两个不同的主机。",
  ],
  "bad-method": [405, "This method does not pass the proxy.", "代理伺服器不接受此方法。", "代理服务器不接受此方法。"],
  "needs-proof": [
    407,
    "Sign in to the proxy with your user name and a proxy secret.",
    "請以用戶名稱及代理密鑰登入代理伺服器。",
    "请以用户名及代理密钥登录代理服务器。",
  ],
  expectation: [
    417,
    "The proxy cannot meet this expectation.",
    "代理伺服器無法符合此要求。",
    "代理服务器无法满足此要求。",
  ],
  throttled: [
    429,
    "Too many wrong secrets. Wait, then try again.",
    "錯誤密鑰過多，請稍後再試。",
    "错误密钥过多，请稍后再试。",
  ],
  "head-too-large": [431, "The head of this request is too large.", "此請求的標頭過大。", "此请求的标头过大。"],
  "bad-coding": [501, "This transfer coding is not supported.", "不支援此傳輸編碼。", "不支持此传输编码。"],
  "bad-answer": [
    502,
    "The site gave no answer that could be read.",
    "網站未有作出可讀取的回應。",
    "网站未作出可读取的响应。",
  ],
  unreachable: [502, "The site cannot be reached.", "無法連接網站。", "无法连接网站。"],
  "no-policy": [
    503,
    "There is no policy yet. Try again in a moment.",
    "尚未有政策，請稍後再試。",
    "尚未有策略，请稍后再试。",
  ],
  "too-many": [
    503,
    "There are too many connections. Wait, then try again.",
    "連線過多，請稍後再試。",
    "连接过多，请稍后再试。",
  ],
  timeout: [504, "The site did not answer in time.", "網站未有及時回應。", "网站未及时响应。"],
  loop: [
    508,
    "This request has been here before: proxies are in a loop.",
    "請求重複經過此處：代理伺服器形成循環。",
    "请求重复经过此处：代理服务器形成循环。",
  ],
} as const satisfies Readonly<Record<string, readonly [status: number, en: string, zhHant: string, zhHans: string]>>;

/** Something that the proxy tells in a sentence. */
export type Fault = keyof typeof FAULTS;

/** An answer that tells a fault, in three languages. */
export function faultAnswer(fault: Fault, how: { readonly isClosing: boolean; readonly isBodyless: boolean }): Buffer {
  const [status, ...texts] = FAULTS[fault];
  const more = {
    "needs-proof": 'Proxy-Authenticate: Basic realm="Causeway", charset="UTF-8"\r\n',
    throttled: "Retry-After: 60\r\n",
    "too-many": "Retry-After: 5\r\n",
    "no-policy": "Retry-After: 5\r\n",
  };
  const headers = Object.hasOwn(more, fault) ? more[fault as keyof typeof more] : "";
  return writeAnswer({
    ...{ status, ...how, body: Buffer.from(`${texts.join("\n")}\n`) },
    headers: `Content-Type: text/plain; charset=utf-8\r\n${headers}`,
  });
}
