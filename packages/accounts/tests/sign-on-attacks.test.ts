import { providerConfig } from "@causeway/testkit-provider";
import { engines } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Browser, type Visited } from "./providers/browser.ts";
import { dishonestProvider, type Lies } from "./providers/dishonest.ts";
import { accountsWorld, type World } from "./world.ts";

function visit(world: World): Promise<Visited> {
  const redirectUrl = encodeURIComponent(`${world.url}/app/`);
  const begin = `${world.url}/_matrix/client/v3/login/sso/redirect?redirectUrl=${redirectUrl}`;
  return new Browser().go(begin, `${world.url}/app/`);
}

for (const engine of engines) {
  describe(`a provider that lies, or that somebody speaks for, on ${engine}`, () => {
    test("a token is believed only when it is signed by the provider, for us, for this sign-in, and now", async () => {
      await using provider = await dishonestProvider();
      const signOn = { providers: [providerConfig(provider.url)] };
      await using world = await accountsWorld({ engine, ownUrl: true, signOn });
      const past = Math.floor(Date.now() / 1000) - 3600;
      const lies: readonly Lies[] = [
        { signature: "none" },
        { signature: "stripped" },
        { signature: "foreign" },
        { claims: { nonce: "another" } },
        { claims: { nonce: undefined } },
        { claims: { aud: "somebody else" } },
        { claims: { aud: ["causeway", "somebody else"], azp: "somebody else" } },
        { claims: { iss: "https://evil.test" } },
        { claims: { exp: past } },
        { claims: { sub: "" } },
        { claims: { sub: 5 } },
      ];
      for (const lie of lies) {
        provider.tell(lie);
        const refused = await visit(world);
        assert.equal(refused.status, 403, JSON.stringify(lie));
        assert.equal(refused.url.searchParams.get("loginToken"), null);
      }
      assert.deepEqual(await world.accounts.list("", 10), []);
      provider.tell({});
      assert.equal((await visit(world)).status, 302, "and the truth is believed");
    });

    test("keys and endpoints are asked of the issuer's own hosts only, and another issuer is not believed", async () => {
      await using evil = await dishonestProvider();
      for (const metadata of [
        { issuer: evil.url },
        { jwks_uri: `${evil.url}/jwks` },
        { token_endpoint: `${evil.url}/token` },
        { token_endpoint: "http://169.254.169.254/latest/meta-data" },
        { userinfo_endpoint: "file:///etc/passwd" },
      ]) {
        await using provider = await dishonestProvider();
        provider.tell({ metadata, claims: { name: undefined } });
        const signOn = { providers: [providerConfig(provider.url)] };
        await using world = await accountsWorld({ engine, ownUrl: true, signOn });
        const refused = await visit(world);
        assert.ok([403, 502].includes(refused.status), JSON.stringify(metadata));
        assert.deepEqual(await world.accounts.list("", 10), []);
      }
    });

    test("a provider in a private network is not called unless the configuration says so", async () => {
      await using provider = await dishonestProvider();
      const signOn = { providers: [providerConfig(provider.url, { privateNetworks: [] })] };
      await using world = await accountsWorld({ engine, ownUrl: true, signOn });
      const refused = await visit(world);
      assert.equal(refused.status, 502);
      assert.match(refused.text, /cannot be reached/);
      assert.match(refused.text, /\/app\/\?signOnFault=unreachable/);
    });

    test("a provider that is away is away for that moment only", async () => {
      await using provider = await dishonestProvider();
      const signOn = { providers: [providerConfig(provider.url)] };
      await using world = await accountsWorld({ engine, ownUrl: true, signOn });
      provider.tell({ metadata: { issuer: 5 } });
      assert.equal((await visit(world)).status, 502);
      provider.tell({});
      assert.equal((await visit(world)).status, 302);
    });
  });
}
