import { parseUserId } from "@causeway/base";
import { realProvider, type RealProvider } from "@causeway/testkit-provider";
import { engines } from "@causeway/testkit";
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import { Browser, type Visited } from "./providers/browser.ts";
import { accountsWorld, brief, sessionOf, type Answered, type World, type WorldOptions } from "./world.ts";

const V3 = "/_matrix/client/v3";
const CLIENT = "https://client.test/app/";
const AMY = { sub: "subject-1", preferred_username: "Amy.Chan", name: "CHAN Amy" };

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => done(address !== null && typeof address === "object" ? address.port : 0));
    });
  });
}

interface Signing extends AsyncDisposable {
  readonly world: World;
  readonly provider: RealProvider;
  begin(redirectUrl?: string, id?: string): string;
  byToken(token: string | null, more?: object): Promise<Answered>;
  /** The whole way with a browser, to the client. */
  visit(browser?: Browser): Promise<Visited>;
}

async function signing(
  options: WorldOptions & { readonly provider?: Parameters<RealProvider["config"]>[0] },
): Promise<Signing> {
  const port = await freePort();
  const ids = ["gov", "other"];
  const provider = await realProvider(ids.map((id) => `http://127.0.0.1:${port}/causeway/v1/sso/callback/${id}`));
  const world = await accountsWorld({
    ...options,
    ownUrl: true,
    port,
    signOn: {
      providers: [provider.config(options.provider)],
      secrets: new Map([["gov", provider.secret]]),
      redirectUrls: [CLIENT],
      ...options.signOn,
    },
  });
  provider.at(AMY);
  const begin: Signing["begin"] = (redirectUrl = `${CLIENT}?keep=1`, id) =>
    `${world.url}${V3}/login/sso/redirect${id === undefined ? "" : `/${id}`}?${new URLSearchParams({ redirectUrl }).toString()}`;
  return {
    world,
    provider,
    begin,
    byToken: (token, more = {}) =>
      world.call("POST", `${V3}/login`, { body: { type: "m.login.token", token, ...more } }),
    visit: (browser = new Browser()) => browser.go(begin(), CLIENT),
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await provider[Symbol.asyncDispose]();
    },
  };
}

function tokenOf(visited: Visited): string {
  return visited.url.searchParams.get("loginToken") ?? "";
}

for (const engine of engines) {
  describe(`signing in with a provider on ${engine}`, () => {
    test("a browser goes to the provider and comes back to the client with a token that begins one session", async () => {
      await using here = await signing({ engine });
      const flows = (await here.world.call("GET", `${V3}/login`)).body["flows"];
      assert.deepEqual(flows, [
        { type: "m.login.password" },
        { type: "m.login.sso", identity_providers: [{ id: "gov", name: "Government" }] },
        { type: "m.login.token", get_login_token: true },
        { type: "org.causeway.passkey" },
      ]);
      const back = await here.visit();
      assert.equal(back.url.searchParams.get("keep"), "1");
      assert.equal(back.headers.get("cache-control"), "no-store");
      assert.equal(back.headers.get("referrer-policy"), "no-referrer");
      const amy = sessionOf(await here.byToken(tokenOf(back), { device_id: "DESK", refresh_token: true }));
      assert.deepEqual([amy.userId, amy.device], ["@amy.chan:test", "DESK"]);
      assert.match(amy.refresh, /^cwr_/);
      assert.deepEqual(here.world.told, ["named @amy.chan:test CHAN Amy"]);
      assert.equal(brief(await here.byToken(tokenOf(back))), "403 M_FORBIDDEN", "used once");
      const again = sessionOf(await here.byToken(tokenOf(await here.visit())));
      assert.equal(again.userId, "@amy.chan:test", "the same person is the same account");
    });

    test("who is renamed at the provider keeps the account; somebody new of the old name does not get it", async () => {
      await using here = await signing({ engine });
      await here.visit();
      here.provider.at({ ...AMY, preferred_username: "amy.lee" });
      assert.equal(sessionOf(await here.byToken(tokenOf(await here.visit()))).userId, "@amy.chan:test");
      here.provider.at({ ...AMY, sub: "subject-2" });
      const refused = await here.visit();
      assert.deepEqual([refused.status, refused.url.origin], [403, here.world.url]);
      assert.match(refused.text, /You have no account here/);
      assert.match(refused.headers.get("content-security-policy") ?? "", /default-src 'none'/);
    });

    test("an account with a password is never taken over by its name, and a bad name makes no account", async () => {
      await using here = await signing({ engine });
      await here.world.person("amy.chan");
      assert.equal((await here.visit()).status, 403);
      for (const name of ["_root", "", 5, "x".repeat(300)]) {
        here.provider.at({ ...AMY, sub: `bad-${String(name).slice(0, 5)}`, preferred_username: name });
        assert.equal((await here.visit()).status, 403, String(name));
      }
      here.provider.at({ sub: "s3", preferred_username: "陳 大文@Dept" });
      const made = sessionOf(await here.byToken(tokenOf(await here.visit())));
      assert.equal(made.userId, "@=e9=99=b3=20=e5=a4=a7=e6=96=87=40dept:test");
    });

    test("people are found in the directory by the configured claim, and nobody else gets in", async () => {
      const people = (claim: string) => (claim === "S-7" ? parseUserId("@officer7:test") : undefined);
      const claims = { user: "preferred_username", name: "name", directory: "staff" };
      await using here = await signing({ engine, signOn: { people }, provider: { claims } });
      assert.equal((await here.visit()).status, 403, "no claim");
      here.provider.at({ ...AMY, staff: "S-8" });
      assert.equal((await here.visit()).status, 403, "nobody's");
      here.provider.at({ ...AMY, staff: "S-7" });
      assert.equal(sessionOf(await here.byToken(tokenOf(await here.visit()))).userId, "@officer7:test");
      assert.deepEqual(here.world.told, [], "the directory names people, not the provider");
    });

    test("where the provider makes no accounts, only who is known gets in; an ended account stays ended", async () => {
      await using here = await signing({ engine, provider: { createAccounts: false } });
      assert.equal((await here.visit()).status, 403);
      await using open = await signing({ engine });
      const token = tokenOf(await open.visit());
      const user = parseUserId("@amy.chan:test");
      assert.ok(user !== undefined && (await open.world.accounts.deactivate(user)).ok);
      assert.equal(brief(await open.byToken(token)), "403 M_FORBIDDEN", "a token from before");
      assert.equal((await open.visit()).status, 403);
    });

    test("a login token lapses, and of uses at the same time one begins a session", async () => {
      await using here = await signing({ engine });
      const old = tokenOf(await here.visit());
      here.world.clock.move(2 * 60_000);
      assert.equal(brief(await here.byToken(old)), "403 M_FORBIDDEN");
      const token = tokenOf(await here.visit());
      const all = await Promise.all(Array.from({ length: 5 }, () => here.byToken(token)));
      assert.deepEqual(all.map(brief).sort(), ["200", ...Array.from({ length: 4 }, () => "403 M_FORBIDDEN")]);
      for (const bad of ["", "x", "cwl_\0", token.toUpperCase()])
        assert.equal(brief(await here.byToken(bad)), "403 M_FORBIDDEN", bad);
      assert.equal(brief(await here.byToken(null)), "400 M_BAD_JSON");
      const fresh = tokenOf(await here.visit());
      assert.equal(brief(await here.byToken(fresh, { device_id: "\0" })), "400 M_INVALID_PARAM");
      assert.equal((await here.byToken(fresh)).status, 200, "a sign-in that failed for its form has used nothing up");
    });

    test("an answer counts once, in the browser that began, for the provider that it was begun with, and for minutes", async () => {
      await using here = await signing({ engine });
      const browser = new Browser();
      const callback = (await browser.go(here.begin(), `${here.world.url}/causeway/v1/sso/callback`)).url;
      const other = new Browser();
      assert.equal((await other.go(callback.href, CLIENT)).status, 400, "another browser");
      assert.equal((await browser.go(callback.href, CLIENT)).status, 302);
      assert.equal((await browser.go(callback.href, CLIENT)).status, 400, "a second time");
      const late = (await browser.go(here.begin(), `${here.world.url}/causeway/v1/sso/callback`)).url;
      here.world.clock.move(10 * 60_000);
      assert.equal((await browser.go(late.href, CLIENT)).status, 400, "too late");
      for (const query of ["", "?code=x", "?state=a&state=b&code=x", "?state=%00&code=x", "?error=access_denied"]) {
        const url = `${here.world.url}/causeway/v1/sso/callback/gov${query}`;
        assert.equal((await browser.go(url, CLIENT)).status, 400, query);
      }
    });

    test("states of two sign-ins cannot be exchanged, and a code of another sign-in is worth nothing", async () => {
      await using here = await signing({ engine });
      const until = `${here.world.url}/causeway/v1/sso/callback`;
      const browser = new Browser();
      const first = (await browser.go(here.begin(), until)).url;
      const second = (await browser.go(here.begin(), until)).url;
      const mixed = new URL(first);
      mixed.searchParams.set("code", second.searchParams.get("code") ?? "");
      assert.equal((await browser.go(mixed.href, CLIENT)).status, 403, "the code belongs to another PKCE verifier");
      const foreign = new URL(second);
      foreign.pathname = foreign.pathname.replace("/gov", "/other");
      assert.equal((await browser.go(foreign.href, CLIENT)).status, 400, "begun with another provider");
      const third = (await browser.go(here.begin(), until)).url;
      third.searchParams.set("iss", "http://evil.test");
      assert.equal((await browser.go(third.href, CLIENT)).status, 403, "another issuer");
    });

    test("browsers are sent to known clients only", async () => {
      await using here = await signing({ engine });
      const browser = new Browser();
      for (const bad of [
        "https://evil.test/",
        "https://client.test/",
        `${here.world.url}@evil.test/`,
        "javascript:alert(1)",
        "",
      ]) {
        const answered = await browser.go(here.begin(bad), "https://evil");
        assert.equal(answered.status, 400, bad);
        assert.equal(answered.headers.get("location"), null);
      }
      assert.equal((await browser.go(here.begin(CLIENT, "nobody"))).status, 404);
      const own = await browser.go(here.begin(`${here.world.url}/app/#/home`), `${here.world.url}/app/`);
      assert.match(own.url.href, /\/app\/\?loginToken=cwl_[\w-]+#\/home$/);
      const none = await accountsWorld({ engine });
      const answered = await browser.go(`${none.url}${V3}/login/sso/redirect?redirectUrl=https://chat.test/`);
      assert.equal(answered.status, 404);
      assert.equal(brief(await here.world.call("GET", `${V3}/login/sso/redirect`)), "400 M_MISSING_PARAM");
      await none[Symbol.asyncDispose]();
    });

    test("what goes wrong at the provider is told to our own client in its address, to others on a page", async () => {
      await using here = await signing({ engine });
      const own = `${here.world.url}/?signOn=1`;
      const goesOn = (to: string): RegExp =>
        new RegExp(`http-equiv="refresh" content="0;url=${RegExp.escape(to.replaceAll("&", "&#38;"))}"`);
      here.provider.leave();
      const left = await new Browser().go(here.begin(own), own);
      assert.equal(left.status, 403);
      assert.match(left.text, goesOn(`${own}&signOnFault=cancelled`));
      const other = await here.visit();
      assert.match(other.text, /You did not sign in/);
      assert.doesNotMatch(other.text, /refresh|client\.test/);
      here.provider.at({ ...AMY, preferred_username: "_root" });
      const nobody = await new Browser().go(here.begin(`${own}&signOnFault=x`), own);
      assert.match(nobody.text, goesOn(`${own}&signOnFault=no-account`));
    });

    test("with several providers the browser is asked which", async () => {
      await using here = await signing({ engine });
      const two = [here.provider.config(), here.provider.config({ id: "other", name: "<b>Other</b>" })];
      await using world = await accountsWorld({ engine, ownUrl: true, signOn: { providers: two } });
      const asked = await new Browser().go(
        `${world.url}${V3}/login/sso/redirect?redirectUrl=${encodeURIComponent(world.url)}`,
      );
      assert.equal(asked.status, 200);
      assert.match(asked.text, /login\/sso\/redirect\/gov\?redirectUrl=http/);
      assert.ok(asked.text.includes("&#60;b&#62;Other") && !asked.text.includes("<b>"));
    });

    test("an account without a password proves a sensitive call by signing in with the provider again, as itself", async () => {
      await using here = await signing({ engine });
      const browser = new Browser();
      const amy = sessionOf(await here.byToken(tokenOf(await here.visit(browser)), { device_id: "DESK" }));
      await here.byToken(tokenOf(await here.visit(browser)), { device_id: "PHONE" });
      const remove = (auth?: object): Promise<Answered> =>
        here.world.call("DELETE", `${V3}/devices/PHONE`, {
          token: amy.token,
          body: auth === undefined ? {} : { auth },
        });
      const asked = await remove();
      assert.deepEqual(asked.body["flows"], [{ stages: ["m.login.sso"] }]);
      const session = String(asked.body["session"]);
      assert.equal((await remove({ session })).status, 401, "not yet");
      assert.equal(brief(await remove({ session, type: "m.login.sso" })), "401 M_FORBIDDEN");
      const fallback = `${here.world.url}${V3}/auth/m.login.sso/fallback/web?session=${session}`;
      here.provider.at({ sub: "mallory", preferred_username: "mallory" });
      assert.equal((await new Browser().go(fallback)).status, 403, "somebody else");
      assert.equal((await remove({ session })).status, 401);
      here.provider.at(AMY);
      const before = here.provider.asked();
      const done = await browser.go(fallback);
      assert.equal(done.status, 200);
      assert.match(done.text, /authDone/);
      assert.equal(here.provider.asked(), before + 1, "the provider asked again although it knew the browser");
      assert.equal((await remove({ session })).status, 200);
      assert.equal((await remove({ session })).status, 401, "a session is used once");
      assert.equal((await browser.go(`${here.world.url}${V3}/auth/m.login.sso/fallback/web?session=x`)).status, 404);
    });

    test("a further device is let in by a token that one asks for and proves", async () => {
      await using world = await accountsWorld({ engine });
      const amy = await world.person("amy");
      const path = "/_matrix/client/v1/login/get_token";
      const asked = await world.call("POST", path, { token: amy.token, body: {} });
      assert.equal(asked.status, 401);
      const auth = { type: "m.login.password", password: "correct horse battery", session: asked.body["session"] };
      const given = await world.call("POST", path, { token: amy.token, body: { auth } });
      assert.equal(given.body["expires_in_ms"], 120_000);
      const body = { type: "m.login.token", token: given.body["login_token"] };
      const other = sessionOf(await world.call("POST", `${V3}/login`, { body }));
      assert.equal(other.userId, "@amy:test");
      assert.equal(
        (await world.call("POST", path, { token: amy.token, body: { auth } })).status,
        401,
        "asked every time",
      );
    });
  });
}
