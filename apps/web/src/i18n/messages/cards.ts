import type { Catalogue } from "../catalogue.ts";

/** Cards in the timeline. */
export const cards = {
  "cards.card": { en: "Card: {title}", "zh-Hant-HK": "卡片：{title}", "zh-Hans": "卡片：{title}" },
  "cards.done": {
    en: "“{action}” is done.",
    "zh-Hant-HK": "已完成「{action}」。",
    "zh-Hans": "已完成“{action}”。",
  },
  "cards.notFromSystem": {
    en: "This card was sent by {name}, not by Causeway. “{action}” would call {path} in your name.",
    "zh-Hant-HK": "此卡片由 {name} 傳送，並非由 Causeway 發出。「{action}」會以你的名義呼叫 {path}。",
    "zh-Hans": "此卡片由 {name} 发送，并非由 Causeway 发出。“{action}”会以你的名义调用 {path}。",
  },
} as const satisfies Catalogue;
