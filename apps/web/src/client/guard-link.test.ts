import assert from "node:assert/strict";
import { test } from "node:test";
import type { CausewayApi } from "./causeway-api.ts";
import { GuardLink, senderOf } from "./guard-link.ts";

function world(answer: () => unknown) {
  const [asked, sent]: [string[], unknown[]] = [[], []];
  const api: Pick<CausewayApi, "post"> = {
    post: (path) => {
      asked.push(path);
      return Promise.resolve().then(answer);
    },
  };
  const send = (extension: string, message: object): Promise<unknown> => {
    sent.push([extension, message]);
    return Promise.resolve();
  };
  return { api: api as CausewayApi, send, asked, sent }; // all that the link asks of it
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("the guard is told who is signed in, and that nobody is any more", async () => {
  const { api, send, sent } = world(() => ({ ticket: "t.1", extension_id: "abc" }));
  const link = new GuardLink(api, send);
  link.start();
  link.start();
  await settle();
  await link.forget();
  assert.deepEqual(sent, [
    ["abc", { type: "ticket", ticket: "t.1" }],
    ["abc", { type: "forget" }],
  ]);
});

test("where no extension listens, nothing is asked; a server without a guard is no fault", async () => {
  const without = world(() => ({}));
  new GuardLink(without.api, undefined).start();
  await settle();
  assert.deepEqual(without.asked, []);
  assert.equal(senderOf({}), undefined);
  assert.equal(senderOf({ chrome: { runtime: {} } }), undefined);
  const refused = world(() => {
    throw new Error("404");
  });
  const link = new GuardLink(refused.api, refused.send);
  link.start();
  await settle();
  await link.forget();
  assert.deepEqual(refused.sent, []);
});
