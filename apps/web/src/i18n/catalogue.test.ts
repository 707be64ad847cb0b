import assert from "node:assert/strict";
import { test } from "node:test";
import { compiledCatalogue, faultsOf } from "../../tools/catalogue-plugin.ts";
import { locales, type Catalogue } from "./catalogue.ts";
import { suitableLocale } from "./i18n.ts";
import { messages } from "./messages/index.ts";

test("every message is there in all three languages and says the same things of the same values", () => {
  assert.ok(Object.keys(messages).length > 100);
  assert.deepEqual(faultsOf(messages), []);
});

test("a message that is missing in one language, uses other values or cannot be read stops the build", () => {
  const wrong: Catalogue = {
    missing: { en: "Send", "zh-Hant-HK": "", "zh-Hans": "发送" },
    other: { en: "By {name}", "zh-Hant-HK": "{person}", "zh-Hans": "{name}" },
    torn: { en: "By {name}", "zh-Hant-HK": "由{name", "zh-Hans": "由{name}" },
  };
  const faults = faultsOf(wrong);
  assert.equal(faults.length, 3);
  assert.match(faults[0] ?? "", /missing has no text in zh-Hant-HK/);
  assert.match(faults[1] ?? "", /other in zh-Hant-HK uses \{person\}/);
  assert.match(faults[2] ?? "", /torn in zh-Hant-HK cannot be read/);
});

test("each language is compiled whole, and the two Chinese scripts are not mixed up", () => {
  for (const locale of locales) {
    const code = compiledCatalogue(messages, locale);
    for (const key of Object.keys(messages)) assert.ok(code.includes(key), `${key} in ${locale}`);
  }
  const traditional = /[訊設開關裝複話這們]/;
  const simplified = /[讯设开关装复话这们]/;
  for (const [key, texts] of Object.entries(messages)) {
    assert.doesNotMatch(texts["zh-Hans"], traditional, key);
    assert.doesNotMatch(texts["zh-Hant-HK"], simplified, key);
  }
});

test("somebody who prefers a language gets it, the most wanted first", () => {
  assert.equal(suitableLocale(["zh-HK", "en"]), "zh-Hant-HK");
  assert.equal(suitableLocale(["zh-TW"]), "zh-Hant-HK");
  assert.equal(suitableLocale(["yue"]), "zh-Hant-HK");
  assert.equal(suitableLocale(["zh-CN"]), "zh-Hans");
  assert.equal(suitableLocale(["zh"]), "zh-Hans");
  assert.equal(suitableLocale(["fr", "en-GB"]), "en");
  assert.equal(suitableLocale([]), "en");
});
