import assert from "node:assert/strict";
import { test } from "node:test";
import { askPasskey, canUnlock, prfInputs, unlockOptions, withoutPrfOutput } from "./ceremony.ts";
import { passkeyFaultOf } from "./passkey-fault.ts";

test("what goes to the server never holds what PRF gave, wherever the browser puts it", () => {
  const secret = "c2VjcmV0";
  const credential = {
    id: "p1",
    response: { signature: "x" },
    clientExtensionResults: {
      prf: { enabled: true, results: { first: secret, second: secret } },
      credProps: { rk: true },
    },
  };
  const sent = withoutPrfOutput(credential);
  assert.deepEqual(sent, {
    id: "p1",
    response: { signature: "x" },
    clientExtensionResults: { prf: { enabled: true }, credProps: { rk: true } },
  });
  const signed = withoutPrfOutput({ id: "p1", clientExtensionResults: { prf: { results: { first: secret } } } });
  assert.deepEqual(signed, { id: "p1", clientExtensionResults: {} });
  for (const odd of [{}, { clientExtensionResults: null }, { clientExtensionResults: { prf: secret } }])
    assert.equal(JSON.stringify(withoutPrfOutput(odd)).includes(secret), false);
  assert.deepEqual([canUnlock(sent), canUnlock(signed)], [true, false]);
});

test("PRF is evaluated with what the server gave for all passkeys or for each, and with nothing that cannot be read", () => {
  const first = Uint8Array.from([1, 2, 3]);
  assert.deepEqual(prfInputs({ extensions: { prf: { eval: { first: "AQID" } } } }), { prf: { eval: { first } } });
  const each = prfInputs({ extensions: { prf: { evalByCredential: { p1: { first: "AQID" }, p2: { first: "%" } } } } });
  assert.deepEqual(each, { prf: { evalByCredential: { p1: { first } } } });
  assert.deepEqual(prfInputs(unlockOptions([{ id: "p1", salt: "AQID" }])), each);
  for (const none of [undefined, {}, { extensions: {} }, { extensions: { prf: { eval: { first: 5 } } } }])
    assert.deepEqual(prfInputs(none), {});
});

test("a browser's refusal is told apart by what one can do about it", () => {
  const named = (name: string): string => passkeyFaultOf(new DOMException("", name));
  assert.deepEqual(
    ["NotAllowedError", "AbortError", "InvalidStateError", "SecurityError", "NotSupportedError", "x"].map(named),
    ["cancelled", "cancelled", "present", "elsewhere", "unsupported", "surprise"],
  );
  assert.equal(passkeyFaultOf("not an error"), "surprise");
});

test("where there is no secure connection nothing is asked of the browser", async () => {
  assert.deepEqual(await askPasskey({}), { ok: false, fault: "insecure" });
});
