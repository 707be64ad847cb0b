import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { queryBool, queryInt } from "../fields.ts";
import { mediaParams, timeoutMs } from "./paths.ts";

/** `GET /_matrix/client/v1/media/download/{serverName}/{mediaId}` and `…/{fileName}`. */
export const downloadMedia = endpoint({
  method: "GET",
  path: [
    "/_matrix/client/v1/media/download/:serverName/:mediaId",
    "/_matrix/client/v1/media/download/:serverName/:mediaId/:fileName",
  ],
  access: { action: "matrix.use" },
  summary: "A file, whole or one range of it.",
  params: mediaParams.extend({ fileName: z.string().max(1024).optional() }),
  query: z.object({ timeout_ms: timeoutMs }),
  errors: ["M_NOT_FOUND", "M_NOT_YET_UPLOADED"],
  rate: "media",
  head: true,
});

const edge = queryInt({ min: 1, max: 100_000 });

/** `GET /_matrix/client/v1/media/thumbnail/{serverName}/{mediaId}` (client-server API, "Thumbnails"). */
export const getThumbnail = endpoint({
  method: "GET",
  path: "/_matrix/client/v1/media/thumbnail/:serverName/:mediaId",
  access: { action: "matrix.use" },
  summary: "A smaller picture of an uploaded image.",
  params: mediaParams,
  query: z.object({
    width: edge,
    height: edge,
    method: z.enum(["crop", "scale"]).default("scale"),
    animated: queryBool.optional(),
    timeout_ms: timeoutMs,
  }),
  errors: ["M_NOT_FOUND", "M_NOT_YET_UPLOADED", "M_TOO_LARGE", "M_LIMIT_EXCEEDED", "M_UNKNOWN"],
  rate: "media",
});

/** The endpoints from before media needed a token (client-server API 1.11, "Content repository"): frozen from the first day. */
export const unauthenticatedMedia = endpoint({
  method: "GET",
  path: [
    "/_matrix/media/v3/download/:serverName/:mediaId",
    "/_matrix/media/v3/download/:serverName/:mediaId/:fileName",
    "/_matrix/media/v3/thumbnail/:serverName/:mediaId",
  ],
  access: { open: "Answers 404 to everybody, and reads nothing." },
  summary: "Not served: files need a signed-in reader.",
  errors: ["M_NOT_FOUND"],
  rate: "media",
});
