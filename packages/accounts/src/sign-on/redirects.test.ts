import assert from "node:assert/strict";
import { test } from "node:test";
import { allowedRedirect, withLoginToken } from "./redirects.ts";

const ALLOWED = ["https://chat.test", "https://client.test/app", "io.client://sso/done"];

test("a client goes back to what begins with an allowed address, by whole segments", () => {
  const fine = [
    "https://chat.test",
    "https://chat.test/#/room/x?a=b",
    "https://chat.test:443/x",
    "https://CHAT.test/",
    "https://client.test/app",
    "https://client.test/app/",
    "https://client.test/app/index.html?x=1#y",
    "io.client://sso/done?x",
  ];
  assert.deepEqual(
    fine.filter((text) => allowedRedirect(text, ALLOWED) === undefined),
    [],
  );
});

test("nothing else is gone to, however it is written", () => {
  const refused = [
    "https://evil.test/",
    "http://chat.test/",
    "https://chat.test.evil.test/",
    "https://chat.test@evil.test/",
    "https://user@chat.test/",
    "https://chat.test:8443/",
    "//evil.test",
    "/relative",
    "",
    "https://client.test/application",
    "https://client.test/app/../evil",
    "https://client.test/app/%2e%2e/evil",
    "https://client.test/",
    "javascript:alert(1)//https://chat.test/",
    "data:text/html,x",
    "io.client://other/done",
    "io.client:done",
    " https://evil.test/https://chat.test",
    "https:evil.test",
    "https://chаt.test/",
  ];
  assert.deepEqual(
    refused.filter((text) => allowedRedirect(text, ALLOWED) !== undefined),
    [],
  );
});

test("what is odd to a person is answered as the parser understood it", () => {
  assert.equal(allowedRedirect("https:\\\\chat.test\\x", ALLOWED)?.href, "https://chat.test/x");
  assert.equal(allowedRedirect("https://chat.test\\@evil.test/", ALLOWED)?.href, "https://chat.test/@evil.test/");
  assert.equal(allowedRedirect("\thttps://chat\n.test/x", ALLOWED)?.href, "https://chat.test/x");
});

test("the token goes into the query, before the fragment, and there is only one", () => {
  assert.equal(
    withLoginToken(new URL("https://chat.test/?a=1&loginToken=old#/x"), "t&k"),
    "https://chat.test/?a=1&loginToken=t%26k#/x",
  );
});
