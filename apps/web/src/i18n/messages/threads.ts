import type { Catalogue } from "../catalogue.ts";

/** Threads: the pane of one, the list of a room's. */
export const threads = {
  "threads.one": { en: "Thread", "zh-Hant-HK": "討論串", "zh-Hans": "讨论串" },
  "threads.list": { en: "Threads", "zh-Hant-HK": "討論串", "zh-Hans": "讨论串" },
  "threads.listUnread": {
    en: "Threads, {count, plural, one {# unread message} other {# unread messages}}",
    "zh-Hant-HK": "討論串，{count} 則未讀訊息",
    "zh-Hans": "讨论串，{count} 条未读消息",
  },
  "threads.messages": { en: "Messages in the thread", "zh-Hant-HK": "討論串訊息", "zh-Hans": "讨论串消息" },
  "threads.answer": { en: "Reply in thread", "zh-Hant-HK": "在討論串回覆", "zh-Hans": "在讨论串回复" },
  "threads.replies": {
    en: "{count, plural, one {# reply} other {# replies}}",
    "zh-Hant-HK": "{count} 則回覆",
    "zh-Hans": "{count} 条回复",
  },
  "threads.none": {
    en: "No threads yet. Choose “Reply in thread” at a message to talk about it beside the room.",
    "zh-Hant-HK": "尚無討論串。在訊息上選擇「在討論串回覆」，即可另行討論。",
    "zh-Hans": "还没有讨论串。在消息上选择“在讨论串回复”，即可另行讨论。",
  },
  "threads.more": { en: "Earlier threads", "zh-Hant-HK": "較早的討論串", "zh-Hans": "较早的讨论串" },
  "threads.readAll": { en: "Mark all as read", "zh-Hant-HK": "全部標示為已讀", "zh-Hans": "全部标为已读" },
  "threads.notLoaded": {
    en: "This thread could not be loaded. It may be gone, or the server cannot be reached.",
    "zh-Hant-HK": "未能載入此討論串。討論串可能已不存在，或無法連接伺服器。",
    "zh-Hans": "无法加载此讨论串。讨论串可能已不存在，或无法连接服务器。",
  },
} as const satisfies Catalogue;
