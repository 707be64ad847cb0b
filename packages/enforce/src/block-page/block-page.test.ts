import { instant } from "@causeway/base";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { escaped } from "./html.ts";
import { languageOf } from "./languages.ts";
import { renderPage, type PageHow } from "./page.ts";
import { renderProxyPage } from "./proxy-page.ts";
import { readReturnAddress } from "./return-address.ts";

const how: PageHow = { language: "en", nonce: "bm9uY2U=", hint: "h.i.nt", utcOffsetMinutes: 480 };

test("the address to return to is http or https to a host without a user, and nothing that runs", () => {
  assert.equal(readReturnAddress("https://web.whatsapp.com/a?b=c")?.url, "https://web.whatsapp.com/a?b=c");
  assert.equal(readReturnAddress("HTTP://WEB.WhatsApp.com.:8080")?.shown, "web.whatsapp.com.:8080");
  assert.equal(readReturnAddress("https://[2001:db8::1]/")?.host.kind, "address");
  const refused = [
    ...[
      "",
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)//http://a.test",
      "data:text/html,x",
      "file:///etc/passwd",
      "//evil.test",
    ],
    ...[
      "https://user@evil.test/",
      "https://web.whatsapp.com@evil.test/",
      "https://a:b@evil.test/",
      "https://@evil.test/",
    ],
    ...[
      "https:evil.test",
      "https:///evil.test",
      "http:\\\\evil.test",
      "https://evil.test\\@web.whatsapp.com/",
      "ftp://evil.test/",
    ],
    ...[
      "https://evil.test/\nx",
      " https://evil.test/",
      "https://evil .test/",
      "https://",
      `https://a.test/${"x".repeat(5000)}`,
      "blob:https://a.test/1",
    ],
  ];
  for (const text of refused) assert.equal(readReturnAddress(text), undefined, JSON.stringify(text));
});

test("whatever the address holds, the page has no tag, attribute or address of its making", () => {
  const nasty = fc.stringMatching(/^[<>"'&a-z/=();:%{} -]{0,60}$/);
  fc.assert(
    fc.property(nasty, nasty, (path, name) => {
      const address = readReturnAddress(`https://web.whatsapp.com/${path.replace(/ /g, "")}`);
      if (address === undefined) return;
      const texts = { en: name, zhHant: name, zhHans: name };
      const service = {
        ...{ id: "x", category: "messaging", name: texts, reason: texts, clause: name, addresses: [], grantable: true },
      };
      const page = renderPage({ kind: "blocked", address, reason: "blocked", service, clause: name }, how);
      const plain = renderPage(
        {
          kind: "blocked",
          address: { ...address, url: "https://a.test/" },
          reason: "blocked",
          service: { ...service, name: same("n"), reason: same("n"), clause: "n" },
          clause: "n",
        },
        how,
      );
      const tagsOf = (html: string): readonly string[] => html.match(/<[a-z!/][^\s>]*/g) ?? [];
      assert.deepEqual(tagsOf(page), tagsOf(plain));
      for (const [, href = ""] of page.matchAll(/href="([^"]*)"/g))
        assert.match(href, /^(https:\/\/web\.whatsapp\.com\/|\/)/);
    }),
  );
  assert.equal(escaped(`<a href="x" o='y'>&`), "&lt;a href=&quot;x&quot; o=&#39;y&#39;&gt;&amp;");
});

function same(text: string): { readonly en: string; readonly zhHant: string; readonly zhHans: string } {
  return { en: text, zhHant: text, zhHans: text };
}

test("what nobody blocked, and what could not be read, leads nowhere", () => {
  const address = readReturnAddress("https://evil.test/");
  assert.ok(address !== undefined);
  for (const page of [renderPage({ kind: "not-blocked", address }, how), renderPage({ kind: "bad-address" }, how)]) {
    assert.doesNotMatch(page, /href="https?:/);
    assert.doesNotMatch(page, /<script/);
  }
  const open = renderPage({ kind: "open", address, until: instant(0), service: undefined }, how);
  assert.match(open, /href="https:\/\/evil\.test\/"/);
  assert.match(open, /1970-01-01 08:00/);
});

test("the language is the one asked for, else the first that the browser names and that there is", () => {
  assert.equal(languageOf(undefined, undefined), "en");
  assert.equal(languageOf(undefined, "zh-HK,zh;q=0.9,en;q=0.8"), "zh-Hant");
  assert.equal(languageOf(undefined, "fr, zh-CN;q=0.5, en;q=0.4"), "zh-Hans");
  assert.equal(languageOf(undefined, "en;q=0, zh-Hant-HK"), "zh-Hant");
  assert.equal(languageOf("zh-Hans", "en"), "zh-Hans");
  assert.equal(languageOf("zh_TW", "en"), "zh-Hant");
  assert.equal(languageOf("<script>", "zh"), "zh-Hans");
  assert.equal(languageOf(undefined, "zh;q=nonsense, ,;;"), "zh-Hans");
});

test("the proxy's body says it in three languages, names the service, and leads to Causeway's page alone", () => {
  const refused = {
    url: "http://web.whatsapp.com/",
    host: "web.whatsapp.com",
    machine: "127.0.0.1",
    reason: "blocked",
  } as const;
  const service = {
    ...{ id: "whatsapp", category: "messaging", clause: "4.2", addresses: [], grantable: true },
    name: { en: "WhatsApp", zhHant: "WhatsApp 通訊", zhHans: "WhatsApp 通信" },
    reason: { en: "Because.", zhHant: "原因甲", zhHans: "原因乙" },
  };
  const { headers, body } = renderProxyPage(refused, { service, link: "https://cw.test/blocked?url=x&machine_hint=y" });
  const page = body.toString();
  for (const part of [
    'lang="en"',
    'lang="zh-Hant-HK"',
    'lang="zh-Hans"',
    "Because.",
    "原因甲",
    "原因乙",
    "4.2",
    "WhatsApp 通訊",
  ])
    assert.ok(page.includes(part), part);
  assert.deepEqual(
    [...new Set([...page.matchAll(/href="([^"]*)"/g)].map(([, href]) => href))],
    ["https://cw.test/blocked?url=x&amp;machine_hint=y"],
  );
  assert.doesNotMatch(page, /<script|<form|src=/);
  assert.match(headers, /Content-Security-Policy: default-src 'none'/);
  assert.ok(headers.split("\r\n").every((line) => line === "" || /^[A-Za-z-]+: [\x20-\x7e]+$/.test(line)));
  const closed = renderProxyPage(refused, { service: { ...service, grantable: false }, link: "https://cw.test/" });
  assert.doesNotMatch(closed.body.toString(), /href=/);
});
