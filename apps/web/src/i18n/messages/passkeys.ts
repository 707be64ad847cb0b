import type { Catalogue } from "../catalogue.ts";

/** Passkeys, and signing in with an identity provider. */
export const passkeys = {
  // NOTE No name of another button may hold "Sign in" or 登入: those are the password's, by which programs find it.
  "passkey.signIn": { en: "Use a passkey", "zh-Hant-HK": "使用通行密鑰", "zh-Hans": "使用通行密钥" },
  "passkey.title": { en: "Sign-in", "zh-Hant-HK": "登入方式", "zh-Hans": "登录方式" },
  "passkey.why": {
    en: "A passkey opens Causeway with your finger, your face or a PIN, without the password. Where your device can, it also lets a new device read all your messages at once.",
    "zh-Hant-HK":
      "通行密鑰讓你以指紋、面容或 PIN 開啟 Causeway，毋須輸入密碼。如裝置支援，新裝置亦可憑它即時閱讀你的所有訊息。",
    "zh-Hans":
      "通行密钥让你用指纹、面容或 PIN 打开 Causeway，无需输入密码。如设备支持，新设备也可凭它立即阅读你的所有消息。",
  },
  "passkey.list": { en: "Your passkeys", "zh-Hant-HK": "你的通行密鑰", "zh-Hans": "你的通行密钥" },
  "passkey.empty": {
    en: "You have no passkey yet.",
    "zh-Hant-HK": "你尚未有通行密鑰。",
    "zh-Hans": "你还没有通行密钥。",
  },
  "passkey.neverUsed": {
    en: "Added {when}, not used yet",
    "zh-Hant-HK": "{when} 加入，尚未使用",
    "zh-Hans": "{when} 添加，尚未使用",
  },
  "passkey.opens": {
    en: "Lets new devices read your messages",
    "zh-Hant-HK": "可讓新裝置閱讀你的訊息",
    "zh-Hans": "可让新设备阅读你的消息",
  },
  "passkey.onlySignsIn": {
    en: "Signs you in; a new device then asks for the recovery phrase or another device",
    "zh-Hant-HK": "只供登入；新裝置仍須以復原密語或另一部裝置確認",
    "zh-Hans": "仅用于登录；新设备仍需用恢复密语或另一台设备确认",
  },
  "passkey.letOpen": {
    en: "Let {name} open your messages on new devices",
    "zh-Hant-HK": "讓「{name}」在新裝置開啟你的訊息",
    "zh-Hans": "让“{name}”在新设备上打开你的消息",
  },
  "passkey.letOpenShort": { en: "Open messages too", "zh-Hant-HK": "亦用於開啟訊息", "zh-Hans": "也用于打开消息" },
  "passkey.add": { en: "Add a passkey", "zh-Hant-HK": "加入通行密鑰", "zh-Hans": "添加通行密钥" },
  "passkey.addWhy": {
    en: "Your browser then asks where to keep it: on this device, on your phone, or on a security key.",
    "zh-Hant-HK": "瀏覽器會詢問存放位置：此裝置、你的手機或安全密鑰。",
    "zh-Hans": "浏览器会询问存放位置：此设备、你的手机或安全密钥。",
  },
  "passkey.addConfirm": {
    en: "A passkey opens everything that you have here, so the server asks first who you are.",
    "zh-Hant-HK": "通行密鑰可開啟你在此的一切，伺服器須先確認你的身分。",
    "zh-Hans": "通行密钥可打开你在此的一切，服务器须先确认你的身份。",
  },
  "passkey.name": { en: "Name of the passkey", "zh-Hant-HK": "通行密鑰名稱", "zh-Hans": "通行密钥名称" },
  "passkey.nameHint": {
    en: "So that you know it in the list.",
    "zh-Hant-HK": "方便你在清單中辨認。",
    "zh-Hans": "方便你在列表中辨认。",
  },
  "passkey.remove": { en: "Remove", "zh-Hant-HK": "移除", "zh-Hans": "移除" },
  "passkey.removeNamed": { en: "Remove {name}", "zh-Hant-HK": "移除「{name}」", "zh-Hans": "移除“{name}”" },
  "passkey.removeWhy": {
    en: "It will no longer sign you in or open your messages. Your browser or security key may still show it; you can delete it there.",
    "zh-Hant-HK": "它將不能再用於登入或開啟訊息。瀏覽器或安全密鑰可能仍會顯示它，你可在該處刪除。",
    "zh-Hans": "它将不能再用于登录或打开消息。浏览器或安全密钥可能仍会显示它，你可在该处删除。",
  },
  "passkey.added": { en: "“{name}” was added.", "zh-Hant-HK": "已加入「{name}」。", "zh-Hans": "已添加“{name}”。" },
  "passkey.addedNotOpening": {
    en: "“{name}” was added and signs you in. It cannot open your messages on a new device.",
    "zh-Hant-HK": "已加入「{name}」，可用於登入，但不能在新裝置開啟你的訊息。",
    "zh-Hans": "已添加“{name}”，可用于登录，但不能在新设备上打开你的消息。",
  },
  "passkey.addedOnceMore": {
    en: "“{name}” was added. To let it open your messages on new devices, choose “Open messages too”.",
    "zh-Hant-HK": "已加入「{name}」。如要在新裝置憑它開啟訊息，請選「亦用於開啟訊息」。",
    "zh-Hans": "已添加“{name}”。如要在新设备上凭它打开消息，请选“也用于打开消息”。",
  },
  "passkey.cancelled": {
    en: "No passkey was used: it was cancelled, took too long, or none of this server is on this device. Nothing was changed.",
    "zh-Hant-HK": "沒有使用通行密鑰：操作已取消、逾時，或此裝置沒有本伺服器的通行密鑰。沒有作出任何更改。",
    "zh-Hans": "没有使用通行密钥：操作已取消、超时，或此设备没有本服务器的通行密钥。没有作出任何更改。",
  },
  "passkey.unsupported": {
    en: "This browser cannot use passkeys. Choose another way, or try a current browser.",
    "zh-Hant-HK": "此瀏覽器不支援通行密鑰。請選用其他方式，或使用較新的瀏覽器。",
    "zh-Hans": "此浏览器不支持通行密钥。请选用其他方式，或使用较新的浏览器。",
  },
  "passkey.insecure": {
    en: "Passkeys need a secure connection, and this address has none. Open Causeway by its https address.",
    "zh-Hant-HK": "使用通行密鑰須有安全連線，而此網址沒有。請以 https 網址開啟 Causeway。",
    "zh-Hans": "使用通行密钥需要安全连接，而此网址没有。请用 https 网址打开 Causeway。",
  },
  "passkey.elsewhere": {
    en: "Passkeys work at the server’s own address only. Open Causeway by the address that you were given.",
    "zh-Hant-HK": "通行密鑰只可在伺服器本身的網址使用。請以你獲提供的網址開啟 Causeway。",
    "zh-Hans": "通行密钥只能在服务器自己的网址使用。请用你获得的网址打开 Causeway。",
  },
  "passkey.present": {
    en: "There is a passkey of yours for this server already at that place. Choose another place, or use the one you have.",
    "zh-Hant-HK": "該處已有你在本伺服器的通行密鑰。請選擇其他存放位置，或使用現有的一個。",
    "zh-Hans": "该处已有你在本服务器的通行密钥。请选择其他存放位置，或使用现有的一个。",
  },
  "passkey.surprise": {
    en: "The browser could not use a passkey. Try again, or choose another way.",
    "zh-Hant-HK": "瀏覽器未能使用通行密鑰。請再試，或選用其他方式。",
    "zh-Hans": "浏览器无法使用通行密钥。请重试，或选用其他方式。",
  },
  "passkey.unknown": {
    en: "The server does not know this passkey, or knows it no longer. Sign in another way; you can add a new passkey in the settings.",
    "zh-Hant-HK": "伺服器不認識此通行密鑰，或它已被移除。請以其他方式登入，然後可在設定中加入新的通行密鑰。",
    "zh-Hans": "服务器不认识此通行密钥，或它已被移除。请用其他方式登录，然后可在设置中添加新的通行密钥。",
  },
  "passkey.stale": {
    en: "This passkey cannot open your messages. Use another way to let this device in.",
    "zh-Hant-HK": "此通行密鑰不能開啟你的訊息。請以其他方式允許此裝置。",
    "zh-Hans": "此通行密钥不能打开你的消息。请用其他方式允许此设备。",
  },
  "passkey.letIn": {
    en: "Let in with a passkey",
    "zh-Hant-HK": "以通行密鑰允許",
    "zh-Hans": "用通行密钥允许",
  },
  "provider.signIn": {
    en: "Continue with {name}",
    "zh-Hant-HK": "以「{name}」繼續",
    "zh-Hans": "用“{name}”继续",
  },
  "provider.or": { en: "or", "zh-Hant-HK": "或", "zh-Hans": "或" },
  "provider.cancelled": {
    en: "You did not sign in at the sign-in service. Try again, or choose another way.",
    "zh-Hant-HK": "你沒有在登入服務完成登入。請再試，或選用其他方式。",
    "zh-Hans": "你没有在登录服务完成登录。请重试，或选用其他方式。",
  },
  "provider.refused": {
    en: "The sign-in service did not confirm who you are. Try again; if it goes on, ask your system administrator.",
    "zh-Hant-HK": "登入服務未能確認你的身分。請再試；如情況持續，請聯絡系統管理員。",
    "zh-Hans": "登录服务未能确认你的身份。请重试；如情况持续，请联系系统管理员。",
  },
  "provider.no-account": {
    en: "You have no account here, or it has ended. Ask your department’s system administrator.",
    "zh-Hant-HK": "你在此沒有帳戶，或帳戶已終止。請向部門的系統管理員查詢。",
    "zh-Hans": "你在此没有账户，或账户已终止。请向部门的系统管理员查询。",
  },
  "provider.unreachable": {
    en: "The sign-in service cannot be reached now. Try again in a few minutes, or choose another way.",
    "zh-Hant-HK": "現時未能連接登入服務。請數分鐘後再試，或選用其他方式。",
    "zh-Hans": "现在无法连接登录服务。请几分钟后重试，或选用其他方式。",
  },
  "provider.lapsed": {
    en: "This sign-in has lapsed, has been used already, or was not begun here. Sign in again.",
    "zh-Hant-HK": "此登入程序已過期、已使用，或並非在此開始。請重新登入。",
    "zh-Hans": "此登录程序已过期、已使用，或并非在此开始。请重新登录。",
  },
  "stepUp.provider": {
    en: "Confirm where you sign in",
    "zh-Hant-HK": "在登入服務確認",
    "zh-Hans": "在登录服务确认",
  },
  "stepUp.atProvider": {
    en: "A window has opened: sign in there once more. If it has closed and nothing happens here, go on.",
    "zh-Hant-HK": "已開啟新視窗，請在該處再次登入。如視窗已關閉而此處沒有反應，請按「繼續」。",
    "zh-Hans": "已打开新窗口，请在该处再次登录。如窗口已关闭而此处没有反应，请按“继续”。",
  },
  "stepUp.goOn": { en: "Go on", "zh-Hant-HK": "繼續", "zh-Hans": "继续" },
  "stepUp.refused": {
    en: "That did not confirm that it is you. Nothing was changed.",
    "zh-Hant-HK": "未能確認是你本人，沒有作出任何更改。",
    "zh-Hans": "未能确认是你本人，没有作出任何更改。",
  },
  "stepUp.needsPasskey": {
    en: "Only a passkey confirms this, and you have none yet. Add one, and go on from here.",
    "zh-Hant-HK": "此操作只可以通行密鑰確認，而你尚未有。請先加入，然後由此繼續。",
    "zh-Hans": "此操作只能用通行密钥确认，而你还没有。请先添加，然后从这里继续。",
  },
} as const satisfies Catalogue;
