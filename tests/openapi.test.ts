import assert from "node:assert/strict";
import { test } from "node:test";
import { startServer } from "./server.ts";

test("Causeway's own interface is described where everybody can read it, itself included", async () => {
  await using server = await startServer();
  const answer = await fetch(`${server.url}/causeway/v1/openapi.json`);
  assert.equal(answer.status, 200);
  const { openapi, paths } = Object(await answer.json());
  assert.equal(openapi, "3.1.0");
  assert.equal(Object(paths["/causeway/v1/openapi.json"]).get.security.length, 0, "open to everybody");
  assert.ok(
    Object(paths["/causeway/v1/directory/people"]).get.parameters.some(({ name }: { name: string }) => name === "q"),
  );
});
