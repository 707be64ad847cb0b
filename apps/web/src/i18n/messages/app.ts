import type { Catalogue } from "../catalogue.ts";

/** The frame around everything: places, connection, what every screen has. */
export const app = {
  "app.name": { en: "Causeway", "zh-Hant-HK": "Causeway", "zh-Hans": "Causeway" },
  "app.starting": { en: "Opening your rooms…", "zh-Hant-HK": "正在開啟聊天室…", "zh-Hans": "正在打开聊天室…" },
  "app.leaving": { en: "Signing out…", "zh-Hant-HK": "正在登出…", "zh-Hans": "正在退出登录…" },
  "app.elsewhere": {
    en: "Causeway is open in another tab of this browser. What you had written is kept.",
    "zh-Hant-HK": "Causeway 已在此瀏覽器的另一分頁開啟，你已輸入的內容仍然保留。",
    "zh-Hans": "Causeway 已在此浏览器的另一标签页打开，你已输入的内容仍然保留。",
  },
  "app.useHere": { en: "Use it here", "zh-Hant-HK": "在此使用", "zh-Hans": "在此使用" },
  "app.couldNotStart": {
    en: "Causeway could not open on this device. Nothing was lost. Reload the page; if that does not help, sign out and in again.",
    "zh-Hant-HK": "未能在此裝置開啟 Causeway，資料並無遺失。請重新載入頁面；如仍未能開啟，請登出後再登入。",
    "zh-Hans": "无法在此设备上打开 Causeway，数据没有丢失。请重新加载页面；如仍无法打开，请退出后重新登录。",
  },
  "app.reload": { en: "Reload", "zh-Hant-HK": "重新載入", "zh-Hans": "重新加载" },
  "app.failed": {
    en: "Something went wrong on this screen. What you had written is kept.",
    "zh-Hant-HK": "此畫面出現問題，你已輸入的內容仍然保留。",
    "zh-Hans": "此页面出现问题，你已输入的内容仍然保留。",
  },
  "app.notFound": { en: "There is no such page.", "zh-Hant-HK": "找不到此頁面。", "zh-Hans": "找不到此页面。" },
  "app.toChat": { en: "Go to chat", "zh-Hant-HK": "前往聊天", "zh-Hans": "前往聊天" },
  "app.places": { en: "Places", "zh-Hant-HK": "主目錄", "zh-Hans": "主导航" },
  "app.skip": { en: "Skip to content", "zh-Hant-HK": "跳到內容", "zh-Hans": "跳到内容" },
  "app.storageFull": {
    en: "This device has no space left. What you have not sent yet stays only while this page is open: send it, or make space.",
    "zh-Hant-HK": "此裝置儲存空間已滿。尚未送出的內容只會在此頁開啟期間保留：請送出，或騰出空間。",
    "zh-Hans": "此设备存储空间已满。尚未发送的内容只会在此页面打开期间保留：请发送，或腾出空间。",
  },
  "app.offline": {
    en: "Offline. You can read and write; messages go out when the connection is back.",
    "zh-Hant-HK": "離線。你仍可閱讀及輸入，恢復連線後訊息會自動傳送。",
    "zh-Hans": "离线。你仍可阅读和输入，恢复连接后消息会自动发送。",
  },
  "app.back": { en: "Back", "zh-Hant-HK": "返回", "zh-Hans": "返回" },
  "app.close": { en: "Close", "zh-Hant-HK": "關閉", "zh-Hans": "关闭" },
  "app.cancel": { en: "Cancel", "zh-Hant-HK": "取消", "zh-Hans": "取消" },
  "app.more": { en: "More actions", "zh-Hant-HK": "更多操作", "zh-Hans": "更多操作" },
  "app.refused": {
    en: "That did not work: {reason} Nothing was changed.",
    "zh-Hant-HK": "未能完成：{reason} 沒有作出任何更改。",
    "zh-Hans": "未能完成：{reason} 没有作出任何更改。",
  },
  "place.chat": { en: "Chat", "zh-Hant-HK": "聊天", "zh-Hans": "聊天" },
  "place.settings": { en: "Settings", "zh-Hant-HK": "設定", "zh-Hans": "设置" },
  "external.mark": { en: "External", "zh-Hant-HK": "外部", "zh-Hans": "外部" },
  "external.from": {
    en: "External, {organisation}",
    "zh-Hant-HK": "外部，{organisation}",
    "zh-Hans": "外部，{organisation}",
  },
} as const satisfies Catalogue;
