import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { mediaParams } from "./paths.ts";

const named = z.object({ filename: z.string().max(1024).optional() });

/** `POST /_matrix/media/v3/upload` (client-server API, "Content repository"). */
export const uploadMedia = endpoint({
  method: "POST",
  path: "/_matrix/media/v3/upload",
  access: { action: "matrix.use" },
  summary: "Stores a file and answers its mxc:// address once it is safe on disk.",
  query: named,
  bodyKind: "stream",
  output: z.object({ content_uri: z.string() }),
  errors: ["M_TOO_LARGE", "M_FORBIDDEN", "M_LIMIT_EXCEEDED"],
  rate: "media",
});

/** `POST /_matrix/media/v1/create`. */
export const createMediaId = endpoint({
  method: "POST",
  path: "/_matrix/media/v1/create",
  access: { action: "matrix.use" },
  summary: "Reserves an mxc:// address whose file is uploaded later.",
  output: z.object({ content_uri: z.string(), unused_expires_at: z.int() }),
  errors: ["M_LIMIT_EXCEEDED", "M_FORBIDDEN"],
  rate: "media",
});

/** `PUT /_matrix/media/v3/upload/{serverName}/{mediaId}`. */
export const uploadToMediaId = endpoint({
  method: "PUT",
  path: "/_matrix/media/v3/upload/:serverName/:mediaId",
  access: { action: "matrix.use" },
  summary: "Stores the file of an address that the caller reserved.",
  params: mediaParams,
  query: named,
  bodyKind: "stream",
  output: z.object({}),
  errors: ["M_NOT_FOUND", "M_FORBIDDEN", "M_CANNOT_OVERWRITE_MEDIA", "M_TOO_LARGE", "M_LIMIT_EXCEEDED"],
  rate: "media",
});
