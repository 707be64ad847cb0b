import { z } from "zod";
import { endpoint } from "../endpoint.ts";

/** `GET /_matrix/client/v1/media/config`. */
export const getMediaConfig = endpoint({
  method: "GET",
  path: ["/_matrix/client/v1/media/config", "/_matrix/media/v3/config"],
  access: { action: "matrix.use" },
  summary: "How large an upload may be.",
  output: z.object({ "m.upload.size": z.int() }),
  errors: [],
  rate: "read",
});

/** `GET /_matrix/client/v1/media/preview_url`. */
export const previewUrl = endpoint({
  method: "GET",
  path: ["/_matrix/client/v1/media/preview_url", "/_matrix/media/v3/preview_url"],
  access: { action: "matrix.use" },
  summary: "Refused: the server opens no outside page on anybody's behalf.",
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
