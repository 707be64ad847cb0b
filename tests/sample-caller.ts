import assert from "node:assert/strict";
import { samplePerson } from "./e2e/sample-people.ts";

/** Where a server with the sample people is. */
export interface SamplePlace {
  readonly url: string;
  /** Its data are in `data` here. */
  readonly directory: string;
}

/** Somebody of the sample people who speaks HTTP alone, as any Matrix client does. */
export interface SampleCaller {
  readonly userId: string;
  readonly token: string;
  get(path: string): Promise<Readonly<Record<string, unknown>>>;
  post(path: string, body?: object): Promise<Readonly<Record<string, unknown>>>;
  put(path: string, body: object): Promise<Readonly<Record<string, unknown>>>;
  /** A file as it was sent. */
  file(path: string): Promise<string>;
}

/** Signs somebody in. A path that does not begin with `/_` is one of `/causeway/v1`. @throws when something is not answered with 200. */
export async function sampleCaller(server: SamplePlace, name: string): Promise<SampleCaller> {
  let headers: Record<string, string> = {};
  const fetched = async (method: string, path: string, body?: object): Promise<string> => {
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await fetch(`${server.url}${path.startsWith("/_") ? "" : "/causeway/v1"}${path}`, init);
    const text = await answer.text();
    assert.equal(answer.status, 200, `${method} ${path}: ${text}`);
    return text;
  };
  const call = async (method: string, path: string, body?: object): Promise<Readonly<Record<string, unknown>>> =>
    Object(JSON.parse(await fetched(method, path, body)));
  const { password } = samplePerson(server, name);
  const login = { type: "m.login.password", identifier: { type: "m.id.user", user: name }, password };
  const { access_token: token, user_id: userId } = await call("POST", "/_matrix/client/v3/login", login);
  headers = { authorization: `Bearer ${String(token)}` };
  return {
    ...{ userId: String(userId), token: String(token) },
    get: (path) => call("GET", path),
    post: (path, body = {}) => call("POST", path, body),
    put: (path, body) => call("PUT", path, body),
    file: (path) => fetched("GET", path),
  };
}
