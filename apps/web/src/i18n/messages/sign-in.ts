import type { Catalogue } from "../catalogue.ts";

/** Signing in, and letting a device in. */
export const signIn = {
  "signIn.title": { en: "Sign in to Causeway", "zh-Hant-HK": "登入 Causeway", "zh-Hans": "登录 Causeway" },
  "signIn.username": { en: "Username", "zh-Hant-HK": "用戶名稱", "zh-Hans": "用户名" },
  "signIn.password": { en: "Password", "zh-Hant-HK": "密碼", "zh-Hans": "密码" },
  "signIn.submit": { en: "Sign in", "zh-Hant-HK": "登入", "zh-Hans": "登录" },
  "signIn.busy": { en: "Signing in…", "zh-Hant-HK": "正在登入…", "zh-Hans": "正在登录…" },
  "signIn.wrong": {
    en: "The username or password is not right. Check both and try again.",
    "zh-Hant-HK": "用戶名稱或密碼不正確，請檢查後再試。",
    "zh-Hans": "用户名或密码不正确，请检查后重试。",
  },
  "signIn.deactivated": {
    en: "This account has been closed. Ask your system administrator.",
    "zh-Hant-HK": "此帳戶已停用，請聯絡系統管理員。",
    "zh-Hans": "此账户已停用，请联系系统管理员。",
  },
  "signIn.locked": {
    en: "This account is locked. Ask your system administrator.",
    "zh-Hant-HK": "此帳戶已被鎖定，請聯絡系統管理員。",
    "zh-Hans": "此账户已被锁定，请联系系统管理员。",
  },
  "signIn.tooOften": {
    en: "Too many attempts. Wait {seconds, plural, one {# second} other {# seconds}} and try again.",
    "zh-Hant-HK": "嘗試次數過多，請於 {seconds} 秒後再試。",
    "zh-Hans": "尝试次数过多，请在 {seconds} 秒后重试。",
  },
  "signIn.unreachable": {
    en: "The server does not answer. Check the network and try again.",
    "zh-Hant-HK": "伺服器沒有回應，請檢查網絡後再試。",
    "zh-Hans": "服务器没有响应，请检查网络后重试。",
  },
  "signIn.surprise": {
    en: "The server answered in a way we do not understand. Try again; if it goes on, tell your system administrator.",
    "zh-Hant-HK": "伺服器的回應未能識別，請再試；如情況持續，請通知系統管理員。",
    "zh-Hans": "无法识别服务器的响应，请重试；如情况持续，请通知系统管理员。",
  },
  "signIn.endedElsewhere": {
    en: "You were signed out of this device from elsewhere, or your session has ended. Sign in again.",
    "zh-Hant-HK": "此裝置已在其他地方被登出，或登入時段已結束。請重新登入。",
    "zh-Hans": "此设备已在其他地方被退出，或会话已结束。请重新登录。",
  },
  "signIn.showPassword": { en: "Show password", "zh-Hant-HK": "顯示密碼", "zh-Hans": "显示密码" },
  "signIn.hidePassword": { en: "Hide password", "zh-Hant-HK": "隱藏密碼", "zh-Hans": "隐藏密码" },
  "recover.title": {
    en: "Read your earlier messages here",
    "zh-Hant-HK": "在此裝置閱讀以往訊息",
    "zh-Hans": "在此设备上阅读以往消息",
  },
  "recover.why": {
    en: "This device is new and reads only what is sent from now on. Let it in on a device where you are signed in, or enter your recovery phrase.",
    "zh-Hant-HK": "這是新裝置，只能閱讀今後的訊息。請在你已登入的裝置上允許此裝置，或輸入復原密語。",
    "zh-Hans": "这是新设备，只能阅读今后的消息。请在你已登录的设备上允许此设备，或输入恢复密语。",
  },
  "recover.phrase": { en: "Recovery phrase", "zh-Hant-HK": "復原密語", "zh-Hans": "恢复密语" },
  "recover.submit": { en: "Let this device in", "zh-Hant-HK": "允許此裝置", "zh-Hans": "允许此设备" },
  "recover.wrong": {
    en: "That is not the recovery phrase of this account. Check it and try again.",
    "zh-Hant-HK": "這不是此帳戶的復原密語，請檢查後再試。",
    "zh-Hans": "这不是此账户的恢复密语，请检查后重试。",
  },
  "recover.restoring": {
    en: "Bringing back your messages: {done} of {total}",
    "zh-Hant-HK": "正在取回訊息：{done}／{total}",
    "zh-Hans": "正在取回消息：{done}/{total}",
  },
  "recover.failed": {
    en: "Encryption could not be set up on this device. Reload the page to try again.",
    "zh-Hant-HK": "未能在此裝置設定加密，請重新載入頁面再試。",
    "zh-Hans": "无法在此设备上设置加密，请重新加载页面重试。",
  },
  "recover.number": {
    en: "Number of this device: {number}",
    "zh-Hant-HK": "此裝置的號碼：{number}",
    "zh-Hans": "此设备的号码：{number}",
  },
  "admit.title": {
    en: "New sign-in: {name}",
    "zh-Hant-HK": "新登入裝置：{name}",
    "zh-Hans": "新登录设备：{name}",
  },
  "admit.why": {
    en: "Is it yours, and does it show the number {number}? Then let it in: it will read all your messages.",
    "zh-Hant-HK": "這是你的裝置，並顯示號碼 {number} 嗎？允許後，它便可閱讀你的所有訊息。",
    "zh-Hans": "这是你的设备，并显示号码 {number} 吗？允许后，它便可阅读你的所有消息。",
  },
  "admit.letIn": { en: "Let it in", "zh-Hant-HK": "允許", "zh-Hans": "允许" },
  "admit.failed": {
    en: "The device was not let in: the server could not be reached. Try again.",
    "zh-Hant-HK": "未能連接伺服器，裝置未獲允許，請再試。",
    "zh-Hans": "无法连接服务器，设备未获允许，请重试。",
  },
  "admit.notMine": {
    en: "Not mine: see sessions",
    "zh-Hant-HK": "不是我：查看登入裝置",
    "zh-Hans": "不是我：查看登录设备",
  },
  "recover.later": { en: "Later", "zh-Hant-HK": "稍後", "zh-Hans": "稍后" },
} as const satisfies Catalogue;
