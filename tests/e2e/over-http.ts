import assert from "node:assert/strict";
import { PASSWORD } from "../sdk/people.ts";

/** Somebody who speaks HTTP alone. */
export async function overHttp(
  url: string,
  name: string,
): Promise<(method: string, path: string, body?: object) => Promise<unknown>> {
  let authorization = "";
  const call = async (method: string, path: string, body: object = {}): Promise<unknown> => {
    const response = await fetch(`${url}/_matrix/client/v3${path}`, {
      method,
      headers: { "content-type": "application/json", ...(authorization === "" ? {} : { authorization }) },
      ...(method === "GET" ? {} : { body: JSON.stringify(body) }),
    });
    assert.equal(response.status, 200, `${method} ${path}`);
    return await response.json();
  };
  const login = { type: "m.login.password", identifier: { type: "m.id.user", user: name }, password: PASSWORD };
  authorization = `Bearer ${Object(await call("POST", "/login", login)).access_token}`;
  return call;
}
