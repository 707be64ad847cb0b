import type { Card, CardState } from "../card.ts";
import { timeTexts } from "../dates.ts";
import { texts, type Texts } from "../texts.ts";
import type { RecoveryRow } from "./store-custody.ts";

/** How a recovery stands. */
export type RecoveryState = "asked" | "open" | "refused" | "withdrawn" | "lapsed";

/** How a recovery stands at a time. */
export function stateOf(recovery: RecoveryRow, now: number): RecoveryState {
  if (recovery.ended !== undefined) return recovery.ended;
  if (recovery.expires <= now) return "lapsed";
  return recovery.given.includes(undefined) ? "asked" : "open";
}

const STATES: Readonly<Record<RecoveryState, CardState>> = {
  asked: {
    tone: "warn",
    text: { en: "Waiting for two custodians", "zh-Hant-HK": "等候兩名保管人", "zh-Hans": "等候两名保管人" },
  },
  open: {
    tone: "good",
    text: { en: "Both custodians agreed", "zh-Hant-HK": "兩名保管人均已同意", "zh-Hans": "两名保管人均已同意" },
  },
  refused: { tone: "bad", text: { en: "Refused", "zh-Hant-HK": "已拒絕", "zh-Hans": "已拒绝" } },
  withdrawn: { tone: "neutral", text: { en: "Taken back", "zh-Hant-HK": "已撤回", "zh-Hans": "已撤回" } },
  lapsed: { tone: "neutral", text: { en: "Lapsed", "zh-Hant-HK": "已失效", "zh-Hans": "已失效" } },
};

const DEVICE: Texts = { en: "Device", "zh-Hant-HK": "裝置", "zh-Hans": "设备" };
const WHO: Texts = { en: "Who", "zh-Hant-HK": "申請人", "zh-Hans": "申请人" };
const UNTIL: Texts = { en: "Until", "zh-Hant-HK": "至", "zh-Hans": "至" };

/** The card of a recovery: for the person, who can take it back at once, or for a custodian. */
export function recoveryCard(
  recovery: RecoveryRow,
  how: {
    readonly name: string;
    readonly isOwn: boolean;
    readonly now: number;
    readonly utcOffsetMinutes: number;
    readonly pageOf: (path: string) => string;
  },
): Card {
  const state = stateOf(recovery, how.now);
  const isOpen = state === "asked" || state === "open";
  const path = `/settings/custody/${recovery.id}`;
  const page = how.pageOf(path);
  const hint = texts((language) => `${how.isOwn ? OWN_HINT[language] : CUSTODIAN_HINT[language]} ${page}`);
  return {
    title: how.isOwn ? OWN : THEIRS,
    facts: [
      { name: WHO, value: how.name },
      { name: DEVICE, value: recovery.device },
      { name: UNTIL, value: timeTexts(recovery.expires, how.utcOffsetMinutes) },
    ],
    body: how.isOwn ? OWN_BODY : CUSTODIAN_BODY,
    state: STATES[state],
    actions:
      how.isOwn && isOpen
        ? [
            {
              text: { en: "Take it back", "zh-Hant-HK": "撤回", "zh-Hans": "撤回" },
              ...{ method: "POST", path: `/causeway/v1/custody/recoveries/${recovery.id}/withdraw`, look: "danger" },
            },
          ]
        : [],
    ...(isOpen ? { plainHint: hint, link: { text: OPEN, path } } : {}),
  };
}

const OPEN: Texts = { en: "Open", "zh-Hant-HK": "開啟", "zh-Hans": "打开" };
const OWN: Texts = {
  en: "A device of yours asks for your recovery key",
  "zh-Hant-HK": "你的一部裝置要求取回復原密鑰",
  "zh-Hans": "您的一台设备要求取回恢复密钥",
};
const THEIRS: Texts = {
  en: "Somebody asks for their recovery key",
  "zh-Hant-HK": "有人要求取回其復原密鑰",
  "zh-Hans": "有人要求取回其恢复密钥",
};
const OWN_BODY: Texts = {
  en: "See the two custodians in person. If this was not you, take it back at once.",
  "zh-Hant-HK": "請親身會見兩名保管人。如果不是你本人，請立即撤回。",
  "zh-Hans": "请亲自会见两名保管人。如果不是您本人，请立即撤回。",
};
const CUSTODIAN_BODY: Texts = {
  en: "Meet the person face to face, compare the number on their device with yours, and only then agree.",
  "zh-Hant-HK": "請與當事人面對面核實，並比對雙方裝置上的號碼，方可同意。",
  "zh-Hans": "请与当事人当面核实，并比对双方设备上的号码，然后再同意。",
};
const OWN_HINT: Texts = { en: "If this was not you:", "zh-Hant-HK": "如果不是你本人：", "zh-Hans": "如果不是您本人：" };
const CUSTODIAN_HINT: Texts = { en: "Answer here:", "zh-Hant-HK": "請在此回應：", "zh-Hans": "请在此回应：" };
