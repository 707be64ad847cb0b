import type { Card } from "./card.ts";
import { timeTexts } from "./dates.ts";
import { oneLine, type Texts } from "./texts.ts";

/** A sign-in that the person is told of. */
export interface SignIn {
  readonly session: string;
  readonly device: string;
  readonly name: string | undefined;
  readonly managed: boolean;
  readonly isOnly: boolean;
  readonly at: number;
}

const TITLE = { en: "New sign-in", "zh-Hant-HK": "新的登入", "zh-Hans": "新的登录" };
const DEVICE = { en: "Device", "zh-Hant-HK": "裝置", "zh-Hans": "设备" };
const WHEN = { en: "When", "zh-Hant-HK": "時間", "zh-Hans": "时间" };
const KIND = { en: "Kind", "zh-Hant-HK": "類別", "zh-Hans": "类别" };
const MANAGED = { en: "Government device", "zh-Hant-HK": "政府裝置", "zh-Hans": "政府设备" };
const PERSONAL = { en: "Personal device", "zh-Hant-HK": "私人裝置", "zh-Hans": "个人设备" };
const BODY = {
  en: "If this was not you, sign that device out and change your password.",
  "zh-Hant-HK": "如果不是你本人，請登出該裝置並更改密碼。",
  "zh-Hans": "如果不是您本人，请登出该设备并更改密码。",
};
const SIGN_OUT = { en: "Sign that device out", "zh-Hant-HK": "登出該裝置", "zh-Hans": "登出该设备" };
const HINT = {
  en: "Answer with ❌ to sign that device out, or with ✅ if it was you.",
  "zh-Hant-HK": "回應 ❌ 登出該裝置；如果是你本人，回應 ✅。",
  "zh-Hans": "回应 ❌ 登出该设备；如果是您本人，回应 ✅。",
};
const SIGNED_OUT = { en: "Signed out", "zh-Hant-HK": "已登出", "zh-Hans": "已登出" };
const CONFIRMED = {
  en: "You said that it was you",
  "zh-Hant-HK": "你已確認是本人",
  "zh-Hans": "您已确认是本人",
};

/** Tells somebody of a sign-in, with what to do when it was not them. */
export function deviceCard(signIn: SignIn, utcOffsetMinutes: number): Card {
  const name = oneLine(signIn.name ?? "", 100);
  return {
    title: TITLE,
    facts: [
      { name: DEVICE, value: name === "" ? signIn.device : `${name} (${signIn.device})` },
      { name: WHEN, value: timeTexts(signIn.at, utcOffsetMinutes) },
      { name: KIND, value: signIn.managed ? MANAGED : PERSONAL },
    ],
    body: BODY,
    actions: [{ text: SIGN_OUT, method: "POST", path: `/causeway/v1/sessions/${signIn.session}/end`, look: "danger" }],
    plainHint: HINT,
  };
}

/** The same once it is settled: signed out, or the person's own. */
export function settledDeviceCard(card: Card, how: "signed-out" | "confirmed"): Card {
  const { plainHint: _hint, ...rest } = card;
  const text: Texts = how === "confirmed" ? CONFIRMED : SIGNED_OUT;
  // Whoever said that it was them may still sign it out, until it is.
  return { ...rest, state: { text, tone: "good" }, actions: how === "confirmed" ? card.actions : [] };
}
