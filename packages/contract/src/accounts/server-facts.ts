import { endpoint } from "../endpoint.ts";

/** `GET /versions`. */
export const getVersions = endpoint({
  method: "GET",
  path: "/_matrix/client/versions",
  access: { open: "what the server speaks, nothing about anybody" },
  summary: "The versions of the specification that the server speaks.",
  errors: [],
  rate: "read",
});

/** `GET /capabilities`. */
export const getCapabilities = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/capabilities",
  access: { action: "matrix.use" },
  summary: "What one can do on this server.",
  errors: [],
  rate: "read",
});

/** `GET /.well-known/matrix/client`. */
export const getWellKnown = endpoint({
  method: "GET",
  path: "/.well-known/matrix/client",
  access: { open: "where the server is, nothing about anybody" },
  summary: "Where clients find the server.",
  errors: [],
  rate: "read",
});
