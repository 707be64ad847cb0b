import { withReason } from "../nudge/reason.ts";
import { relatesTo } from "../threads/thread-of.ts";
import type { KeptUpload } from "./upload-shelf.ts";

/** Where a file was put: the members `url` or `file` of a message. */
export interface Placed {
  readonly url?: string;
  readonly file?: Readonly<Record<string, unknown>>;
}

/** The message for a file that is on the server (client-server API, "m.image" and its neighbours; MSC3245 for voice). */
export function uploadContent(
  upload: KeptUpload,
  placed: { readonly main: Placed; readonly thumbnail: Placed | undefined },
): Readonly<Record<string, unknown>> {
  const { file, caption } = upload;
  const { thumbnail } = file;
  return {
    msgtype: `m.${file.kind}`,
    body: caption === "" ? file.name : caption,
    filename: file.name,
    ...placed.main,
    info: {
      mimetype: file.type,
      size: file.bytes.length,
      ...(file.width === undefined ? {} : { w: file.width, h: file.height }),
      ...(file.duration === undefined ? {} : { duration: Math.round(file.duration) }),
      ...(placed.thumbnail === undefined || thumbnail === undefined
        ? {}
        : {
            ...(placed.thumbnail.url === undefined
              ? { thumbnail_file: placed.thumbnail.file }
              : { thumbnail_url: placed.thumbnail.url }),
            thumbnail_info: {
              mimetype: "image/jpeg",
              size: thumbnail.bytes.length,
              w: thumbnail.width,
              h: thumbnail.height,
            },
          }),
    },
    ...(file.isVoice === true
      ? { "org.matrix.msc3245.voice": {}, "org.matrix.msc1767.audio": { duration: Math.round(file.duration ?? 0) } }
      : {}),
    ...withReason(upload.reason),
    ...relatesTo(upload),
  };
}
