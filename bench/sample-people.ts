import { parsePostId, parseUserId } from "@causeway/base";
import type { EntryPost, EntryUnit, PersonEntry } from "@causeway/directory";

/** Surnames as they are written and romanised in Hong Kong, the frequent ones first. */
const SURNAMES =
  "陳Chan 李Lee 黃Wong 張Cheung 梁Leung 林Lam 吳Ng 王Wong 劉Lau 楊Yeung 何Ho 郭Kwok 鄭Cheng 羅Law 謝Tse 馮Fung 許Hui 鄧Tang 曾Tsang 葉Yip 蔡Choi 蘇So 潘Poon 周Chow 朱Chu 徐Tsui 余Yu 胡Wu 馬Ma 高Ko 江Kong 杜To 麥Mak 關Kwan 盧Lo 歐陽Au-yeung 趙Chiu 莫Mok 譚Tam 石Shek".split(
    " ",
  );
const GIVEN =
  "大Tai 文Man 志Chi 明Ming 家Ka 俊Chun 偉Wai 強Keung 美Mei 玲Ling 詠Wing 詩Sze 欣Yan 慧Wai 敏Man 嘉Ka 浩Ho 然Yin 子Tsz 軒Hin 永Wing 康Hong 國Kwok 華Wah 秀Sau 英Ying 淑Suk 芬Fan 鳳Fung 儀Yee 思Sze 穎Wing 曉Hiu 彤Tung 梓Tsz 晴Ching 樂Lok 天Tin 建Kin 輝Fai 麗Lai 珍Chun 惠Wai 雯Man 紹Siu 棠Tong 啟Kai 賢Yin 德Tak 成Shing 凱Hoi 琪Ki 佩Pui 珊Shan 少Siu 芳Fong 正Ching 宇Yu 冠Koon 希Hei".split(
    " ",
  );
const DEPARTMENTS =
  "DPO|Digital Policy Office|數字政策辦公室 HKPF|Hong Kong Police Force|香港警務處 ImmD|Immigration Department|入境事務處 FEHD|Food and Environmental Hygiene Department|食物環境衞生署 HAD|Home Affairs Department|民政事務總署 DH|Department of Health|衞生署 EMSD|Electrical and Mechanical Services Department|機電工程署 CR|Companies Registry|公司註冊處 TD|Transport Department|運輸署 EDB|Education Bureau|教育局 LD|Labour Department|勞工處 LandsD|Lands Department|地政總署 BD|Buildings Department|屋宇署 WSD|Water Supplies Department|水務署 FSD|Fire Services Department|消防處 C&ED|Customs and Excise Department|香港海關 IRD|Inland Revenue Department|稅務局 SWD|Social Welfare Department|社會福利署 LCSD|Leisure and Cultural Services Department|康樂及文化事務署 HyD|Highways Department|路政署".split(
    " ",
  );
const GRADES =
  "ACO|Assistant Clerical Officer|助理文書主任 CO|Clerical Officer|文書主任 EO|Executive Officer|行政主任 SEO|Senior Executive Officer|高級行政主任 SM|Systems Manager|系統經理 AP|Analyst Programmer|系統分析程序編製主任 HI|Health Inspector|衞生督察 SGT|Sergeant|警長 PC|Police Constable|警員 ENGR|Engineer|工程師".split(
    " ",
  );
const SECTIONS = ["IT", "Adm", "Ops", "Fin", "Per", "KT", "HK", "NT"];

/** Numbers between 0 and 1, the same in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** One of a list; the first are the likeliest. */
function pick<T>(from: readonly T[], share: number): T {
  const one = from[Math.min(from.length - 1, Math.floor(share * share * from.length))];
  if (one === undefined) throw new Error("nothing to pick from");
  return one;
}

function bothScripts(text: string): readonly [string, string] {
  const at = /[A-Z]/.exec(text)?.index ?? text.length;
  return [text.slice(0, at), text.slice(at)];
}

function unit(text: string): EntryUnit {
  const [code = "", nameEn = "", nameZh = ""] = text.replaceAll("_", " ").split("|");
  return { code, nameEn, nameZh };
}

/** A list whose pieces hold spaces, given with one space between `中文` and the next code. */
function unitsOf(list: readonly string[]): readonly EntryUnit[] {
  return list
    .join(" ")
    .split(/(?<=[\p{Script=Han}]) /u)
    .map(unit);
}

/** So many made-up civil servants, each with a post; the same in every run. */
export function* samplePeople(count: number): Generator<PersonEntry> {
  const next = random(852);
  const departments = unitsOf(DEPARTMENTS);
  const grades = unitsOf(GRADES);
  for (let index = 0; index < count; index += 1) {
    const [surnameZh, surname] = bothScripts(pick(SURNAMES, next()));
    const first = bothScripts(pick(GIVEN, next()));
    const second = bothScripts(pick(GIVEN, next()));
    const grade = pick(grades, next());
    const department = pick(departments, next());
    const section = pick(SECTIONS, next());
    const userId = parseUserId(`@${surname}.${first[1]}.${second[1]}.${index}:gov.example`.toLowerCase());
    const postId = parsePostId(`po_${String(index).padStart(8, "0")}`);
    if (userId === undefined || postId === undefined) throw new Error("a made-up id is not valid");
    const number = 1 + Math.floor(next() * 60);
    const post: EntryPost = {
      postId,
      code: `${grade.code}(${section})${number}`,
      titleEn: `${grade.nameEn} (${section}) ${number}`,
      titleZh: `${grade.nameZh}(${section})${number}`,
      isActing: false,
      department,
      units: [{ code: section, nameEn: `${section} Division`, nameZh: "" }],
    };
    yield {
      userId,
      nameEn: `${surname.toUpperCase()} ${first[1]}-${second[1].toLowerCase()}`,
      nameZh: surnameZh + first[0] + second[0],
      posts: [post],
    };
  }
}
