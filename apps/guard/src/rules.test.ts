import { instant } from "@causeway/base";
import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { done } from "./browser-model.ts";
import { ask, browserRules, pagesWithoutUpload, type BrowserRules, type Obeyed } from "./rules.ts";
import { hostRule, noon, sampleDocument, sampleGrant, sampleObeyed, sampleService } from "./sample.ts";

const SERVER = "https://chat.gov.example:8443";

function rulesOf(obeyed: Obeyed = sampleObeyed(), now = noon): BrowserRules {
  return browserRules(obeyed, now, SERVER);
}

function page(rules: BrowserRules, url: string): string {
  return done(rules, url) ?? "opened";
}

/** Whether a page of a host is one without uploads, as browsers read match patterns. */
function isWithoutUpload(obeyed: Obeyed, host: string): boolean {
  const fits = (pattern: string): boolean => {
    const name = pattern.slice("*://".length, -"/*".length);
    return name.startsWith("*.") ? host === name.slice(2) || host.endsWith(name.slice(1)) : host === name;
  };
  return pagesWithoutUpload(obeyed, noon).some(
    ({ matches, excludeMatches }) => matches.some(fits) && !excludeMatches.some(fits),
  );
}

describe("the browser's rules", () => {
  test("a blocked page goes to ours with its address, and everything of the site that another page wants is not fetched", () => {
    const rules = rulesOf();
    assert.equal(page(rules, "https://web.whatsapp.com/"), `to ${SERVER}/blocked?url=https://web.whatsapp.com/`);
    assert.equal(page(rules, "http://whatsapp.com/a/b.html"), `to ${SERVER}/blocked?url=http://whatsapp.com/a/b.html`);
    assert.equal(
      page(rules, "https://web.whatsapp.com:8443/x"),
      `to ${SERVER}/blocked?url=https://web.whatsapp.com:8443/x`,
    );
    for (const type of ["sub_frame", "xmlhttprequest", "websocket", "image", "ping"] as const)
      assert.equal(done(rules, "wss://web.whatsapp.com/socket", type), "block", type);
    assert.equal(done(rules, "https://intranet.gov.example/", "image"), undefined);
  });

  test("what an address holds beyond site and plain path does not leave the browser, and cannot be taken for more", () => {
    const rules = rulesOf();
    for (const address of [
      "https://web.whatsapp.com/send?phone=85291234567&text=secret",
      "https://web.whatsapp.com/a&url=javascript:alert(1)",
      "https://web.whatsapp.com/%26url=https://evil.example",
      "https://web.whatsapp.com/?url=https://evil.example/",
      "https://web.whatsapp.com/#&url=https://evil.example/",
      "https://evil.example@web.whatsapp.com/x",
      "https://web.whatsapp.com@evil.example:x@web.whatsapp.com/",
    ]) {
      const went = page(rules, address);
      assert.match(
        went,
        /^to https:\/\/chat\.gov\.example:8443\/blocked\?url=https:\/\/web\.whatsapp\.com\/x?$/,
        address,
      );
    }
  });

  test("look-alikes, parents and neighbours stay open; other spellings of the host do not open it", () => {
    const rules = rulesOf();
    for (const open of [
      "https://notwhatsapp.com/",
      "https://whatsapp.com.evil.example/",
      "https://evil.example/whatsapp.com",
      "https://evil.example/?u=https://web.whatsapp.com/",
      "https://x.wa.me/",
      "https://qq.com/",
      "https://a.wx.qq.com/",
      "https://work.weixin.qq.com/",
      "https://x.work.weixin.qq.com/",
      "https://safe.mail.example/",
    ])
      assert.ok(["opened", "allow"].includes(page(rules, open)), open);
    for (const closed of [
      "https://WEB.WhatsApp.COM/",
      "https://web.whatsapp.com:443/",
      "https://ｗｅｂ.whatsapp.com/",
      "https://wa.me/1",
      "https://file.wx.qq.com/",
      "https://x.safe.mail.example/",
      "https://in.work.weixin.qq.com/",
    ])
      assert.match(page(rules, closed), /^to /, closed);
  });

  test("a dot at the end of a host is taken away first; parts of pages with one are not fetched at all", () => {
    const rules = rulesOf();
    assert.equal(page(rules, "https://web.whatsapp.com./send?x=1"), "to https://web.whatsapp.com/send?x=1");
    assert.equal(page(rules, "https://u:p@web.whatsapp.com.:8443/"), "to https://web.whatsapp.com:8443/");
    assert.equal(done(rules, "https://web.whatsapp.com./", "xmlhttprequest"), "block");
  });

  test("bare addresses are closed where the policy wants names, this machine is not, and a site that was granted is open", () => {
    const rules = rulesOf();
    assert.equal(page(rules, "https://203.0.113.9/x"), `to ${SERVER}/blocked?url=https://203.0.113.9/`);
    assert.match(page(rules, "http://[2001:db8::1]:8080/"), /blocked\?url=http:\/\/\[2001:db8::1\]:8080\/$/);
    assert.match(page(rules, "http://0x7f.1.1.1.evil.example/"), /opened/);
    assert.equal(page(rules, "http://127.0.0.1:9000/"), "allow");
    const granted = sampleDocument({ grants: [sampleGrant("g", [], { sites: [hostRule("=203.0.113.9")] })] });
    const opened = rulesOf(sampleObeyed(granted));
    assert.equal(page(opened, "https://203.0.113.9/x"), "allow");
    assert.match(page(opened, "https://203.0.113.90/x"), /^to /);
    assert.match(page(opened, "https://203.0.113.9.evil.example/x"), /opened/);
    const allowed = sampleDocument({ addressesAllowedOn: ["internal-desktop"] });
    assert.equal(page(rulesOf(sampleObeyed(allowed)), "https://203.0.113.9/x"), "opened");
  });

  test("the server itself is always open, whatever the policy says of its name", () => {
    const obeyed = sampleObeyed(sampleDocument({ services: [sampleService("all", ["example"])] }));
    const rules = rulesOf(obeyed);
    assert.equal(page(rules, `${SERVER}/blocked?url=https://web.whatsapp.com/`), "allow");
    assert.match(page(rules, "https://chat.gov.example:8443.evil.example/".replace(":8443", "")), /^to /);
    assert.match(page(rules, "https://chat.gov.example/"), /^to /, "another port is another server");
  });

  test("what a grant opens is in the rules that end with the browser, and not in those that last", () => {
    const granted = sampleDocument({ grants: [sampleGrant("g", ["whatsapp"], { ends: instant(600_000) })] });
    const rules = rulesOf(sampleObeyed(granted));
    assert.equal(page(rules, "https://web.whatsapp.com/"), "allow");
    assert.equal(done(rules, "wss://web.whatsapp.com/", "websocket"), "allow");
    assert.match(page(rules, "https://wx.qq.com/"), /^to /);
    assert.match(page({ ...rules, passing: [] }, "https://web.whatsapp.com/"), /^to /);
    assert.match(page(rulesOf(sampleObeyed(granted), instant(600_000)), "https://web.whatsapp.com/"), /^to /);
    assert.deepEqual(rulesOf().passing, []);
  });

  test("a grant of a wide service opens nothing that lies under it and belongs to another", () => {
    const rules = rulesOf(sampleObeyed(sampleDocument({ grants: [sampleGrant("g", ["wechat"])] })));
    assert.equal(page(rules, "https://x.weixin.qq.com/"), "allow");
    assert.match(page(rules, "https://in.work.weixin.qq.com/"), /^to /);
  });

  test("what a rule only observes stays open when the browser ends, with a grant as without", () => {
    const [all] = sampleDocument().rules;
    assert.ok(all !== undefined);
    const document = sampleDocument({ rules: [{ ...all, observe: true }], grants: [sampleGrant("g", ["whatsapp"])] });
    const rules = rulesOf(sampleObeyed(document));
    for (const url of ["https://web.whatsapp.com/", "https://wx.qq.com/"])
      assert.equal(page({ ...rules, passing: [] }, url), "allow", url);
  });

  test("what is only observed is open", () => {
    const observe = { everywhere: false, departments: ["un_pgd"] };
    const rules = rulesOf(sampleObeyed(sampleDocument({ observe })));
    assert.ok(["opened", "allow"].includes(page(rules, "https://web.whatsapp.com/")));
  });
});

test("for any policy and any host the browser does what the policy says, and what lasts never opens what a grant does", () => {
  const label = fc.constantFrom("a", "b", "c", "xn--fiq");
  const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => [...labels, "example"].join("."));
  const rule = fc.tuple(fc.boolean(), host).map(([isExact, name]) => (isExact ? `=${name}` : name));
  const service = fc.tuple(fc.array(rule, { maxLength: 4 }), fc.array(rule, { maxLength: 2 }));
  const given = fc.record({
    services: fc.array(service, { minLength: 1, maxLength: 4 }),
    effects: fc.array(fc.constantFrom("blocked", "allowed" as const), { minLength: 4, maxLength: 4 }),
    granted: fc.array(fc.nat(3), { maxLength: 2 }),
    uploads: fc.array(fc.nat(3), { maxLength: 2 }),
    sites: fc.array(rule, { maxLength: 2 }),
    hosts: fc.array(host, { minLength: 4, maxLength: 12 }),
  });
  fc.assert(
    fc.property(given, ({ services, effects, granted, uploads, sites, hosts }) => {
      const document = sampleDocument({
        services: services.map(([names, exempt], place) => sampleService(`s${place}`, names, exempt)),
        rules: effects.map(
          (effect, place) => ({ id: `r${place}`, service: `s${place}`, effect, clause: "1" }) as const,
        ),
        grants: [
          sampleGrant(
            "g",
            granted.map((place) => `s${place}`),
            { sites: sites.map(hostRule) },
          ),
          sampleGrant(
            "u",
            uploads.map((place) => `s${place}`),
            { upload: true },
          ),
        ],
      });
      const obeyed = sampleObeyed(document);
      const closed = sampleObeyed({ ...document, grants: [] });
      const rules = rulesOf(obeyed);
      for (const name of hosts) {
        const isOpen = (done(rules, `https://${name}/`) ?? "allow") === "allow";
        assert.equal(isOpen, ask(obeyed, name, noon).allowed, name);
        const lasts = (done({ ...rules, passing: [] }, `https://${name}/`) ?? "allow") === "allow";
        assert.equal(lasts && !ask(closed, name, noon).allowed, false, name);
        const parts = (done(rules, `https://${name}/`, "script") ?? "allow") === "allow";
        assert.equal(parts, isOpen, name);
        const verdict = ask(obeyed, name, noon);
        assert.equal(isWithoutUpload(obeyed, name), verdict.allowed && !verdict.upload, `uploads at ${name}`);
      }
    }),
    { numRuns: 400 },
  );
});
