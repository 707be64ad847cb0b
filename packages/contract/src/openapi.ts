import { codes, type ErrorCode } from "@causeway/base";
import { z } from "zod";
import type { Endpoint } from "./endpoint.ts";

/** A part of an OpenAPI document. */
type Part = Readonly<Record<string, unknown>>;

/** Causeway's own interface; Matrix's is described by Matrix. */
const OWN = /^\/causeway\//;

/** The OpenAPI 3.1 document of Causeway's own endpoints, made from the values that validate them, so that it cannot say anything else. */
export function openApiOf(endpoints: readonly Endpoint[]): Part {
  const paths: Record<string, Record<string, Part>> = {};
  for (const endpoint of endpoints) {
    for (const path of typeof endpoint.path === "string" ? [endpoint.path] : endpoint.path) {
      if (!OWN.test(path)) continue;
      const templated = path.replaceAll(/:([A-Za-z]+)/g, "{$1}");
      paths[templated] = { ...paths[templated], [endpoint.method.toLowerCase()]: operationOf(endpoint, path) };
    }
  }
  return {
    openapi: "3.1.0",
    info: { title: "Causeway", version: "1", license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    paths: Object.fromEntries(Object.entries(paths).toSorted(([left], [right]) => (left < right ? -1 : 1))),
    components: {
      securitySchemes: { session: { type: "http", scheme: "bearer", description: "A Matrix access token." } },
      schemas: {
        Refusal: {
          type: "object",
          required: ["errcode", "error"],
          properties: { errcode: { type: "string" }, error: { type: "string" }, reason: { type: "string" } },
        },
      },
    },
  };
}

function operationOf(endpoint: Endpoint, path: string): Part {
  const { access, summary, body, output, errors } = endpoint;
  const isOpen = "open" in access;
  const content = { "application/json": { schema: output === undefined ? {} : schemaOf(output, "output") } };
  return {
    summary,
    ...(isOpen ? { security: [] } : { security: [{ session: [] }], "x-action": access.action }),
    parameters: [...parametersOf(endpoint.params, "path", path), ...parametersOf(endpoint.query, "query", path)],
    ...(body === undefined || endpoint.bodyKind === "stream"
      ? {}
      : {
          requestBody: {
            required: endpoint.bodyOptional !== true,
            content: { [mediaTypeOf(endpoint)]: { schema: schemaOf(body, "input") } },
          },
        }),
    responses: { "200": { description: "Done.", content }, ...refusalsOf(errors) },
  };
}

function mediaTypeOf(endpoint: Endpoint): string {
  return endpoint.bodyKind === "text" ? "text/plain" : "application/json";
}

/** Refusals by status, each with the codes that it can have. */
function refusalsOf(errors: readonly ErrorCode[]): Record<string, Part> {
  const byStatus = Map.groupBy(errors, (code) => String(codes[code].status));
  const content = { "application/json": { schema: { $ref: "#/components/schemas/Refusal" } } };
  return Object.fromEntries([...byStatus].map(([status, of]) => [status, { description: of.join(", "), content }]));
}

function parametersOf(schema: z.ZodType | undefined, where: "path" | "query", path: string): readonly Part[] {
  const described = schema === undefined ? {} : schemaOf(schema, "input");
  const properties: Readonly<Record<string, unknown>> = Object(described["properties"]);
  const required = Array.isArray(described["required"]) ? described["required"] : [];
  const names =
    where === "path" ? [...path.matchAll(/:([A-Za-z]+)/g)].map((match) => match[1] ?? "") : Object.keys(properties);
  return names.map((name) => ({
    name,
    in: where,
    required: where === "path" || required.includes(name),
    schema: properties[name] ?? { type: "string" },
  }));
}

/** A schema as JSON Schema; what a schema does beyond the form (brands, transforms) is not in it. */
function schemaOf(schema: z.ZodType, io: "input" | "output"): Part {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return described;
}
