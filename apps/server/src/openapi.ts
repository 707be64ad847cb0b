import { ok } from "@causeway/base";
import { endpoint, openApiOf } from "@causeway/contract";
import { JsonText, serve, type Route } from "@causeway/platform";

const getOpenApi = endpoint({
  method: "GET",
  path: "/causeway/v1/openapi.json",
  access: { open: "describes the interface, which is no secret" },
  summary: "This description of Causeway's own endpoints.",
  errors: [],
  rate: "read",
});

/** `GET /causeway/v1/openapi.json`: Causeway's own endpoints among some routes, and this one. Written when it is first asked for. */
export function withOpenApi(routes: readonly Route[]): readonly Route[] {
  let text: string | undefined;
  const described = (): string => {
    text ??= JSON.stringify(openApiOf([...routes.map((route) => route.endpoint), getOpenApi]));
    return text;
  };
  return [...routes, serve(getOpenApi, () => ok(new JsonText(described())))];
}
