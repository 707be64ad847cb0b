/** Words that make a number mean something, as they stand in normalised text in lower case; traditional and simplified. */
export const WORDS = {
  hkid: ["hkid", "identity card", "id card", "id no", "i.d.", "身份證", "身份证", "身分證", "身分证"],
  mainland: ["id card", "identity", "身份證", "身份证", "身分證", "公民身份"],
  passport: ["passport", "護照", "护照", "旅行證件", "旅行证件"],
  permit: ["home return", "home-return", "回鄉證", "回乡证", "回鄉卡", "通行證", "通行证"],
  bank: [
    "bank",
    "account",
    "account no",
    "a/c",
    "acct",
    "account number",
    "銀行",
    "银行",
    "戶口",
    "户口",
    "賬戶",
    "账户",
    "帳戶",
    "帐户",
    "轉數快",
    "转数快",
  ],
  card: [
    "visa",
    "mastercard",
    "amex",
    "unionpay",
    "credit card",
    "card no",
    "card number",
    "信用卡",
    "銀聯",
    "银联",
    "卡號",
    "卡号",
  ],
  phone: [
    "tel",
    "phone",
    "mobile",
    "contact",
    "telephone",
    "whatsapp",
    "電話",
    "电话",
    "手機",
    "手机",
    "聯絡",
    "联络",
    "联系",
    "致電",
  ],
  birth: ["dob", "d.o.b", "date of birth", "birth", "born", "出生", "生日"],
  name: ["name", "mr", "ms", "mrs", "miss", "dr", "姓名", "先生", "女士", "小姐", "太太"],
} as const;

const BEFORE = 48;
const AFTER = 24;
const LATIN = /^[a-z]/;
const patterns = new Map<readonly string[], RegExp>();

/** Whether one of the words (`WORDS`) stands near a place, as a word of its own where it is Latin. */
export function isNear(
  text: string,
  place: { readonly start: number; readonly end: number },
  words: readonly string[],
): boolean {
  return patternOf(words).test(text.slice(Math.max(0, place.start - BEFORE), place.end + AFTER).toLowerCase());
}

function patternOf(words: readonly string[]): RegExp {
  const known = patterns.get(words);
  if (known !== undefined) return known;
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const latin = escaped.filter((word) => LATIN.test(word));
  const others = escaped.filter((word) => !LATIN.test(word));
  const made = new RegExp([`(?<![a-z])(?:${latin.join("|")})(?![a-z])`, ...others].join("|"));
  patterns.set(words, made);
  return made;
}
