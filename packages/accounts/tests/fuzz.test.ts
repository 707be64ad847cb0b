import { engines, sharedWorld, type Call } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";

const BODIES: readonly (readonly [method: Call["method"], path: string, names: readonly string[]])[] = [
  ["POST", "/login", ["type", "identifier", "user", "password", "token", "response", "device_id", "refresh_token"]],
  ["POST", "/register", ["username", "password", "auth", "device_id", "inhibit_login", "refresh_token"]],
  ["POST", "/refresh", ["refresh_token"]],
  ["POST", "/account/password", ["new_password", "logout_devices", "auth"]],
  ["POST", "/account/deactivate", ["auth", "erase", "id_server"]],
  ["POST", "/delete_devices", ["devices", "auth"]],
  ["PUT", "/devices/NOTHING", ["display_name"]],
  ["DELETE", "/devices/NOTHING", ["auth"]],
  ["POST", "/_matrix/client/v1/login/get_token", ["auth"]],
  ["POST", "/_synapse/admin/v1/register", ["nonce", "username", "password", "admin", "user_type", "mac"]],
  ["PUT", "/_matrix/client/v1/admin/lock/@a:localhost", ["locked"]],
];

/** Values that are nearly right, or nothing of the kind. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.constantFrom("", "\0", "m.login.password", "m.id.user", "@"),
);
const value = fc.oneof(
  text,
  fc.jsonValue(),
  fc.boolean(),
  fc.record({
    type: text,
    user: text,
    session: text,
    password: text,
    identifier: fc.record({ type: text, user: text }),
  }),
  fc.array(text, { maxLength: 5 }),
);

for (const engine of engines) {
  describe(`accounts sent anything on ${engine}`, () => {
    const world = sharedWorld({
      engine,
      env: { CAUSEWAY_REGISTRATION: "open", CAUSEWAY_REGISTRATION_SHARED_SECRET: "open sesame" },
    });

    // A world that met a surprise fails when it closes.
    test("whatever an endpoint of accounts is sent, it answers with a code that says what is wrong", async () => {
      const amy = await world().person("amy");
      const call = fc
        .constantFrom(...BODIES)
        .chain(([method, path, names]) =>
          fc.tuple(
            fc.constant({ method, path }),
            fc.dictionary(fc.constantFrom(...names), value, { maxKeys: names.length }),
            fc.boolean(),
          ),
        );
      await fc.assert(
        fc.asyncProperty(call, async ([at, body, signedIn]) => {
          const answer = await world().call({ ...at, body, ...(signedIn ? { token: amy.token } : {}) });
          assert.ok(answer.status < 500, `${at.path} ${JSON.stringify(body)} ${answer.brief}`);
          if (answer.status >= 400 && !answer.at("flows").isThere)
            assert.equal(typeof answer.at("errcode").value, "string");
        }),
        { numRuns: 300 },
      );
      assert.equal((await amy.get("/account/whoami")).brief, "200");
    });
  });
}
