import assert from "node:assert/strict";
import { test } from "node:test";
import * as contract from "./index.ts";
import { openApiOf } from "./openapi.ts";

function isEndpoint(value: unknown): value is contract.Endpoint {
  return typeof value === "object" && value !== null && "method" in value && "path" in value && "access" in value;
}

const values: readonly unknown[] = Object.values(contract);
const endpoints = values.filter(isEndpoint);

test("every endpoint of Causeway's own is described, with its parameters, its body and its refusals, and no other", () => {
  const paths: Readonly<Record<string, Readonly<Record<string, unknown>>>> = Object(openApiOf(endpoints)["paths"]);
  assert.ok(Object.keys(paths).length > 20);
  assert.ok(Object.keys(paths).every((path) => path.startsWith("/causeway/")));
  for (const endpoint of endpoints) {
    for (const path of [endpoint.path].flat()) {
      const described = Object(paths[path.replaceAll(/:([A-Za-z]+)/g, "{$1}")]?.[endpoint.method.toLowerCase()]);
      assert.equal(described.summary, path.startsWith("/causeway/") ? endpoint.summary : undefined, path);
      if (!path.startsWith("/causeway/")) continue;
      const inPath = described.parameters.filter((one: { in: string }) => one.in === "path");
      assert.equal(inPath.length, [...path.matchAll(/:/g)].length, path);
      assert.equal(
        described.requestBody !== undefined,
        endpoint.body !== undefined && endpoint.bodyKind !== "stream",
        path,
      );
    }
  }
  JSON.stringify(paths);
});
