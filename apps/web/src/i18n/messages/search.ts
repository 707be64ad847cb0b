import type { Catalogue } from "../catalogue.ts";

/** Searching messages. */
export const search = {
  "search.open": { en: "Search messages", "zh-Hant-HK": "搜尋訊息", "zh-Hans": "搜索消息" },
  "search.openFor": {
    en: "Search messages for “{text}”",
    "zh-Hant-HK": "在訊息中搜尋「{text}」",
    "zh-Hans": "在消息中搜索“{text}”",
  },
  "search.inRoom": { en: "Search in this room", "zh-Hant-HK": "在此聊天室搜尋", "zh-Hans": "在此聊天室中搜索" },
  "search.words": { en: "Words", "zh-Hant-HK": "字詞", "zh-Hans": "字词" },
  "search.room": { en: "Room", "zh-Hant-HK": "聊天室", "zh-Hans": "聊天室" },
  "search.everywhere": { en: "All rooms", "zh-Hant-HK": "所有聊天室", "zh-Hans": "所有聊天室" },
  "search.from": { en: "From", "zh-Hant-HK": "發送人", "zh-Hans": "发送人" },
  "search.fromHint": { en: "Anyone", "zh-Hant-HK": "任何人", "zh-Hans": "任何人" },
  "search.after": { en: "Since", "zh-Hant-HK": "由（日期）", "zh-Hans": "从（日期）" },
  "search.before": { en: "Until", "zh-Hant-HK": "至（日期）", "zh-Hans": "至（日期）" },
  "search.hasFile": { en: "With a file", "zh-Hant-HK": "附有檔案", "zh-Hans": "带有文件" },
  "search.filters": { en: "Filters", "zh-Hant-HK": "篩選", "zh-Hans": "筛选" },
  "search.results": { en: "Messages found", "zh-Hant-HK": "找到的訊息", "zh-Hans": "找到的消息" },
  "search.count": {
    en: "{count, plural, one {# message} other {# messages}}",
    "zh-Hant-HK": "{count} 則訊息",
    "zh-Hans": "{count} 条消息",
  },
  "search.countMore": {
    en: "{count, plural, one {# message so far} other {# messages so far}}",
    "zh-Hant-HK": "暫時 {count} 則訊息",
    "zh-Hans": "目前 {count} 条消息",
  },
  "search.looking": { en: "Searching…", "zh-Hant-HK": "搜尋中……", "zh-Hans": "正在搜索……" },
  "search.nothing": {
    en: "No message has these words. Try fewer of them, or other filters.",
    "zh-Hant-HK": "沒有含這些字詞的訊息。請減少字詞，或更改篩選。",
    "zh-Hans": "没有含这些字词的消息。请减少字词，或更改筛选。",
  },
  "search.teach": {
    en: "Type words from a message. Chinese is found in traditional and simplified form.",
    "zh-Hant-HK": "請輸入訊息中的字詞。繁體與簡體均可找到。",
    "zh-Hans": "请输入消息中的字词。繁体与简体均可找到。",
  },
  "search.partial": {
    en: "The server cannot be reached: only encrypted messages kept on this device are searched.",
    "zh-Hant-HK": "無法連接伺服器：只搜尋了本裝置上的加密訊息。",
    "zh-Hans": "无法连接服务器：只搜索了本设备上的加密消息。",
  },
  "search.more": { en: "Show more", "zh-Hant-HK": "顯示更多", "zh-Hans": "显示更多" },
  "search.file": { en: "File", "zh-Hant-HK": "檔案", "zh-Hans": "文件" },
  "timeline.notFound": {
    en: "This message cannot be shown: it is gone, or from before you joined.",
    "zh-Hant-HK": "無法顯示此訊息：訊息已不存在，或早於你加入之時。",
    "zh-Hans": "无法显示此消息：消息已不存在，或早于你加入之时。",
  },
} as const satisfies Catalogue;
