import assert from "node:assert/strict";
import { test } from "node:test";
import { failedSignIn } from "./sign-in-fault.ts";
import { waysIn } from "./sign-in-ways.ts";

test("the ways in are those that the server offers, its providers by name", () => {
  const flows = [
    { type: "m.login.password" },
    {
      type: "m.login.sso",
      identity_providers: [{ id: "gov", name: "Government" }, { id: "b", name: "\u202egnp" }, {}],
    },
    { type: "m.login.token" },
    { type: "org.causeway.passkey" },
  ];
  assert.deepEqual(waysIn({ flows }), {
    password: true,
    passkey: true,
    providers: [
      { id: "gov", name: "Government" },
      { id: "b", name: "gnp" },
    ],
  });
  assert.deepEqual(waysIn({ flows: [{ type: "m.login.sso" }] }), {
    password: false,
    passkey: false,
    providers: [{ name: "SSO" }],
  });
  for (const odd of [undefined, "x", { flows: "x" }, { flows: [null, 5, { type: 5 }] }])
    assert.deepEqual(waysIn(odd), { password: false, passkey: false, providers: [] });
});

test("the same refusal means another thing for each way in", () => {
  const refusal = (status: number): Response => new Response("{}", { status });
  const forbidden = { errcode: "M_FORBIDDEN" };
  const kind = (type: string): string => failedSignIn(refusal(403), forbidden, type).kind;
  assert.deepEqual(["m.login.password", "m.login.token", "org.causeway.passkey"].map(kind), [
    "wrong",
    "provider",
    "passkey-unknown",
  ]);
  const locked = failedSignIn(refusal(401), { errcode: "M_USER_LOCKED" }, "m.login.token");
  assert.equal(locked.kind, "locked");
  assert.deepEqual(failedSignIn(refusal(429), { retry_after_ms: 1500 }, "x"), { kind: "too-often", seconds: 2 });
});
