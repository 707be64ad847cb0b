import assert from "node:assert/strict";
import { test } from "node:test";
import type { Config } from "./keys.ts";
import { readFlags } from "./flags.ts";
import { nearest } from "./nearest.ts";
import { annotatedDefault, ConfigError, loadConfig, variableOf } from "./load.ts";

const nothing = { flags: {}, environment: {}, file: undefined };

test("a flag wins over the environment, and the environment over the file", () => {
  const file = "port: 1\nhost: a\nserverName: file.example\n";
  const environment = { CAUSEWAY_PORT: "2", CAUSEWAY_HOST: "b", PATH: "/bin" };
  const config = loadConfig({ flags: { port: "3" }, environment, file });
  assert.equal(config.port, 3);
  assert.equal(config.host, "b");
  assert.equal(config.serverName, "file.example");
  assert.equal(config.rateLimits, "on");
});

test("every fault is listed in one run", () => {
  const file = "prot: 1\nhttp:\n  maxBodyBits: 5\nlog:\n  level: loud\n";
  const environment = {
    CAUSEWAY_PORT: "many",
    CAUSEWAY_UNKNOWN: "x",
    CAUSEWAY_TLS_CERT: "a.pem",
    CAUSEWAY_TEST_KILLS: "3",
  };
  assert.throws(
    () => loadConfig({ ...nothing, environment, file }),
    (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      const all = error.faults.join("\n");
      for (const part of ["prot", "http.maxBodyBits", "log.level", "CAUSEWAY_PORT", "CAUSEWAY_UNKNOWN", "tlsKey"])
        assert.match(all, new RegExp(part));
      assert.equal(error.faults.length, 6);
      return true;
    },
  );
});

test("a key given twice in the file, or a file that is no mapping, is a fault", () => {
  for (const file of ["port: 1\nport: 2\n", "- a\n", "port: [\n"])
    assert.throws(() => loadConfig({ ...nothing, file }), ConfigError);
});

test("the variable of a key follows from its path", () => {
  assert.equal(variableOf("http.maxBodyBytes"), "CAUSEWAY_HTTP_MAX_BODY_BYTES");
  assert.equal(variableOf("registrationSharedSecret"), "CAUSEWAY_REGISTRATION_SHARED_SECRET");
});

test("variables hold lists, objects and truth values", () => {
  const config = loadConfig({
    ...nothing,
    environment: {
      CAUSEWAY_TRUSTED_PROXIES: "10.0.0.1, 10.1.0.0/16",
      CAUSEWAY_LEGACY_CLIENTS: "true",
      CAUSEWAY_LIMITS_RATE_SEND: "{perSecond: 1, burst: 2}",
    },
  });
  assert.deepEqual(config.trustedProxies, ["10.0.0.1", "10.1.0.0/16"]);
  assert.equal(config.legacyClients, true);
  assert.deepEqual(config.rateSend, { perSecond: 1, burst: 2 });
});

test("the annotated default is itself a configuration: the default one", () => {
  assert.deepEqual(loadConfig({ ...nothing, file: annotatedDefault() }), loadConfig(nothing));
});

test("sign-in providers are read whole, from a variable too, and their faults are named", () => {
  const provider = { id: "gov", name: "Gov", issuer: "https://id.test", clientId: "c" };
  const load = (providers: unknown): Config =>
    loadConfig({ flags: {}, environment: { CAUSEWAY_OIDC_PROVIDERS: JSON.stringify(providers) }, file: undefined });
  const [read] = load([provider]).oidcProviders;
  assert.deepEqual(read?.claims, { user: "preferred_username", name: "name" });
  assert.deepEqual([read?.scopes, read?.createAccounts], [["openid", "profile"], true]);
  for (const bad of [
    [{ ...provider, id: "a/b" }],
    [provider, provider],
    [{ ...provider, issuer: "ftp://id.test" }],
    [{ ...provider, scopes: ["profile"] }],
    [{ ...provider, privateNetworks: ["everywhere"] }],
    [{ ...provider, secret: "in the file" }],
  ])
    assert.throws(() => load(bad), ConfigError, JSON.stringify(bad));
});

test("a client to return to is an address, and not one that runs script", () => {
  const load = (url: string): Config =>
    loadConfig({ flags: {}, environment: {}, file: `sso: { redirectUrls: [${JSON.stringify(url)}] }` });
  for (const fine of ["https://app.test/", "io.client://sso"]) assert.deepEqual(load(fine).ssoRedirectUrls, [fine]);
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "app", ""]) assert.throws(() => load(bad), ConfigError);
});

test("a mistyped key, variable or flag is told with the one that was probably meant, and a far one with none", () => {
  const words = ["port", "http.maxBodyBytes", "limits.sync.maxWaitMs", "registrationSharedSecret"];
  assert.equal(nearest("prot", words), "port");
  assert.equal(nearest("http.maxbodybytes", words), "http.maxBodyBytes");
  assert.equal(nearest("maxBodyBytes", words), "http.maxBodyBytes");
  assert.equal(nearest("registration_shared_secrets", words), "registrationSharedSecret");
  for (const far of ["x", "", "completely different", "__proto__"]) assert.equal(nearest(far, words), undefined, far);
});

test("a command line is read whole: unknown flags, missing and unwanted values, and too many words are faults", () => {
  const kinds = { port: { type: "string" }, demo: { type: "boolean" } } as const;
  const good = readFlags(["--port", "1", "a", "--demo", "--port=2"], kinds, { most: 1 });
  assert.deepEqual([good.values, good.words, good.faults], [{ port: "2", demo: true }, ["a"], []]);
  const bad = readFlags(["--porto", "1", "--demo=yes", "a", "--toString", "--port"], kinds);
  assert.deepEqual(bad.faults, [
    "--porto is not a flag; did you mean --port?",
    "--demo takes no value",
    "--toString is not a flag",
    "--port needs a value",
    "`a` is not expected here",
  ]);
});
