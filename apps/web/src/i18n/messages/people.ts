import type { Catalogue } from "../catalogue.ts";

/** People of the directory, and the palette. */
export const people = {
  "people.list": { en: "People in the directory", "zh-Hant-HK": "通訊錄中的人員", "zh-Hans": "通讯录中的人员" },
  "people.found": {
    en: "{count, plural, one {# person} other {# people}} found; press the down arrow to choose.",
    "zh-Hant-HK": "找到 {count} 人；按向下鍵選擇。",
    "zh-Hans": "找到 {count} 人；按向下键选择。",
  },
  "people.who": {
    en: "Name, post, department or username",
    "zh-Hant-HK": "姓名、職位、部門或用戶名稱",
    "zh-Hans": "姓名、职位、部门或用户名",
  },
  "palette.open": { en: "Go to…", "zh-Hant-HK": "前往…", "zh-Hans": "前往…" },
  "palette.hint": {
    en: "Rooms, people, actions",
    "zh-Hant-HK": "聊天室、人員、操作",
    "zh-Hans": "聊天室、人员、操作",
  },
  "palette.results": { en: "Results", "zh-Hant-HK": "結果", "zh-Hans": "结果" },
  "palette.rooms": { en: "Rooms", "zh-Hant-HK": "聊天室", "zh-Hans": "聊天室" },
  "palette.people": { en: "People", "zh-Hant-HK": "人員", "zh-Hans": "人员" },
  "palette.actions": { en: "Actions", "zh-Hant-HK": "操作", "zh-Hans": "操作" },
  "palette.nothing": {
    en: "Nothing is called that. Try a part of a name, or a post.",
    "zh-Hant-HK": "沒有相符的項目，請輸入部分名稱或職位。",
    "zh-Hans": "没有相符的项目，请输入部分名称或职位。",
  },
} as const satisfies Catalogue;
