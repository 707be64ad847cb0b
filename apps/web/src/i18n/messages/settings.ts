import type { Catalogue } from "../catalogue.ts";

/** Settings of this device and this account. */
export const settings = {
  "settings.title": { en: "Settings", "zh-Hant-HK": "設定", "zh-Hans": "设置" },
  "settings.appearance": { en: "Appearance", "zh-Hant-HK": "外觀", "zh-Hans": "外观" },
  "settings.language": { en: "Language", "zh-Hant-HK": "語言", "zh-Hans": "语言" },
  "settings.theme": { en: "Theme", "zh-Hant-HK": "主題", "zh-Hans": "主题" },
  "settings.themeSystem": { en: "As the system", "zh-Hant-HK": "跟隨系統", "zh-Hans": "跟随系统" },
  "settings.themeLight": { en: "Light", "zh-Hant-HK": "淺色", "zh-Hans": "浅色" },
  "settings.themeDark": { en: "Dark", "zh-Hant-HK": "深色", "zh-Hans": "深色" },
  "settings.textSize": { en: "Text size", "zh-Hant-HK": "文字大小", "zh-Hans": "文字大小" },
  "settings.small": { en: "Small", "zh-Hant-HK": "小", "zh-Hans": "小" },
  "settings.normal": { en: "Normal", "zh-Hant-HK": "標準", "zh-Hans": "标准" },
  "settings.large": { en: "Large", "zh-Hant-HK": "大", "zh-Hans": "大" },
  "settings.density": { en: "Density", "zh-Hant-HK": "疏密", "zh-Hans": "疏密" },
  "settings.comfortable": { en: "Comfortable", "zh-Hant-HK": "寬鬆", "zh-Hans": "宽松" },
  "settings.compact": { en: "Compact", "zh-Hant-HK": "緊密", "zh-Hans": "紧凑" },
  "settings.account": { en: "Account", "zh-Hant-HK": "帳戶", "zh-Hans": "账户" },
  "settings.signedInAs": {
    en: "Signed in as {userId}",
    "zh-Hant-HK": "已登入為 {userId}",
    "zh-Hans": "已登录为 {userId}",
  },
  "settings.signOut": { en: "Sign out", "zh-Hant-HK": "登出", "zh-Hans": "退出登录" },
  "settings.signOutSure": {
    en: "Sign out of this device? Messages kept on it are deleted here; with your recovery phrase you can read them again.",
    "zh-Hant-HK": "登出此裝置？此裝置上保存的訊息會被刪除；日後輸入復原密語便可再次閱讀。",
    "zh-Hans": "退出此设备？此设备上保存的消息会被删除；以后输入恢复密语即可再次阅读。",
  },
  "settings.keys": { en: "Keys", "zh-Hant-HK": "密鑰", "zh-Hans": "密钥" },
  "settings.phraseWhy": {
    en: "With this phrase a new device can read all your messages. Keep it where nobody else sees it.",
    "zh-Hant-HK": "新裝置憑此密語便可閱讀你的所有訊息。請妥善保管，勿讓他人看見。",
    "zh-Hans": "新设备凭此密语即可阅读你的所有消息。请妥善保管，勿让他人看见。",
  },
  "settings.showPhrase": { en: "Show recovery phrase", "zh-Hant-HK": "顯示復原密語", "zh-Hans": "显示恢复密语" },
  "settings.hidePhrase": { en: "Hide recovery phrase", "zh-Hant-HK": "隱藏復原密語", "zh-Hans": "隐藏恢复密语" },
  "settings.noPhrase": {
    en: "This device does not know the recovery phrase.",
    "zh-Hant-HK": "此裝置沒有復原密語。",
    "zh-Hans": "此设备没有恢复密语。",
  },
  "settings.settingUp": {
    en: "Encryption is being set up…",
    "zh-Hant-HK": "正在設定加密…",
    "zh-Hans": "正在设置加密…",
  },
  "settings.sessions": { en: "Where you are signed in", "zh-Hant-HK": "已登入的裝置", "zh-Hans": "已登录的设备" },
  "settings.thisSession": { en: "This device", "zh-Hant-HK": "此裝置", "zh-Hans": "此设备" },
  "settings.lastUsed": { en: "Last used {when}", "zh-Hant-HK": "上次使用：{when}", "zh-Hans": "上次使用：{when}" },
  "settings.endOne": { en: "Sign out of {name}", "zh-Hant-HK": "登出 {name}", "zh-Hans": "退出登录 {name}" },
  "settings.endOthers": {
    en: "Sign out of all other devices",
    "zh-Hant-HK": "登出所有其他裝置",
    "zh-Hans": "退出所有其他设备",
  },
  "settings.endTitle": {
    en: "{count, plural, one {Sign out of this device?} other {Sign out of # devices?}}",
    "zh-Hant-HK": "登出 {count} 部裝置？",
    "zh-Hans": "退出 {count} 台设备？",
  },
  "settings.endWhy": {
    en: "Whoever uses it must sign in again; messages kept there are deleted. Show that it is you.",
    "zh-Hant-HK": "使用者須重新登入，裝置上保存的訊息會被刪除。請確認身分。",
    "zh-Hans": "使用者须重新登录，设备上保存的消息会被删除。请确认身份。",
  },
  "settings.wrongPassword": {
    en: "That password is not right. Nothing was changed.",
    "zh-Hant-HK": "密碼不正確，沒有作出任何更改。",
    "zh-Hans": "密码不正确，没有作出任何更改。",
  },
  "settings.data": { en: "Your own data", "zh-Hant-HK": "個人資料", "zh-Hans": "个人资料" },
  "settings.dataWhy": {
    en: "A file with your names and posts, where you are signed in, your rooms, your settings, and your messages as far as this device has them. No keys. Keep it where nobody else sees it.",
    "zh-Hant-HK":
      "檔案載有你的姓名及職位、已登入的裝置、聊天室、設定，以及此裝置上已有的個人訊息，不含密鑰。請妥善保管。",
    "zh-Hans": "文件包含你的姓名和职位、已登录的设备、聊天室、设置，以及此设备上已有的个人消息，不含密钥。请妥善保管。",
  },
  "settings.dataSave": { en: "Save my data", "zh-Hant-HK": "儲存我的資料", "zh-Hans": "保存我的资料" },
} as const satisfies Catalogue;
