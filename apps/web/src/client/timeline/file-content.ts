import type { IContent } from "matrix-js-sdk";
import { shownType, sourceOf, type MediaSource } from "../media/source.ts";

/** A file in a message: a picture, a film, a sound or anything else. */
export interface FileContent {
  readonly kind: "image" | "video" | "audio" | "file";
  readonly name: string;
  /** What was said with it. */
  readonly caption: string;
  /** A kind that may be shown, or `application/octet-stream`. */
  readonly type: string;
  /** Undefined when the message does not say where the file is. */
  readonly source: MediaSource | undefined;
  readonly thumbnail: MediaSource | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly bytes: number | undefined;
  /** Milliseconds. */
  readonly duration: number | undefined;
  readonly isVoice: boolean;
}

/** No picture is that large, and no room has space for it. */
const MAX_SIDE = 100_000;

/** Reads a message with a file. Nothing in it is trusted; what is not a picture by its kind is not shown as one. */
export function fileOf(content: IContent, text: string): FileContent {
  const info: Readonly<Record<string, unknown>> = Object(content["info"]);
  const type = shownType(info["mimetype"]);
  const named: unknown = content["filename"];
  const name = typeof named === "string" && named !== "" ? named : text;
  return {
    kind: kindOf(content["msgtype"], type),
    name,
    caption: name === text ? "" : text,
    type,
    source: sourceOf(content["url"], content["file"]),
    thumbnail: sourceOf(info["thumbnail_url"], info["thumbnail_file"]),
    width: within(info["w"], MAX_SIDE),
    height: within(info["h"], MAX_SIDE),
    bytes: within(info["size"], Number.MAX_SAFE_INTEGER),
    duration: within(info["duration"], 86_400_000),
    isVoice: content["org.matrix.msc3245.voice"] !== undefined,
  };
}

function kindOf(messageType: unknown, type: string): FileContent["kind"] {
  for (const kind of ["image", "video", "audio"] as const) {
    if (messageType === `m.${kind}` && type.startsWith(`${kind}/`)) return kind;
  }
  return "file";
}

function within(value: unknown, most: number): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value > 0 && value <= most ? value : undefined;
}
