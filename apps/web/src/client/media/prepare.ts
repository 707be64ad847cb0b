import { isFilm, takeFilmNotes } from "./film-notes.ts";
import { withoutMetadata } from "./metadata.ts";
import { shownType } from "./source.ts";

/** How somebody wants to send pictures and films. */
export interface SendWish {
  readonly isShrunk: boolean;
  /** With what the camera wrote into it, the place included. */
  readonly keepsPlace: boolean;
}

/** What a picture looks like small. */
export interface Thumbnail {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/** A file ready to be encrypted and sent. */
export interface Prepared {
  readonly kind: "image" | "video" | "audio" | "file";
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly width?: number;
  readonly height?: number;
  /** Milliseconds. */
  readonly duration?: number;
  readonly isVoice?: boolean;
  readonly thumbnail?: Thumbnail;
}

const SHRUNK_SIDE = 1600;
const THUMBNAIL_SIDE = 800;
/** A picture with more points than this is sent as a file: nobody's phone shall have to draw it. */
const MAX_POINTS = 80_000_000;
/** Below this a picture is its own thumbnail. */
const SMALL_BYTES = 200_000;

/** Reads a chosen file and makes it ready, without what a camera wrote into it. A picture that this browser cannot read goes as a file. */
export async function prepare(file: File, wish: SendWish): Promise<Prepared> {
  const type = shownType(file.type);
  const name = file.name === "" ? "file" : file.name;
  const original = new Uint8Array(await file.arrayBuffer());
  if (type.startsWith("image/")) {
    const picture = await preparePicture(original, { name, type, wish });
    if (picture !== undefined) return picture;
  }
  if (isFilm(file) && !wish.keepsPlace) takeFilmNotes(original);
  const kind = type.startsWith("video/") ? "video" : type.startsWith("audio/") ? "audio" : "file";
  return { kind, name, type: file.type === "" ? "application/octet-stream" : file.type, bytes: original };
}

async function preparePicture(
  original: Uint8Array<ArrayBuffer>,
  how: { readonly name: string; readonly type: string; readonly wish: SendWish },
): Promise<Prepared | undefined> {
  const { name, type, wish } = how;
  const drawn = await createImageBitmap(new Blob([original], { type })).catch(() => undefined);
  if (drawn === undefined) return undefined;
  try {
    if (drawn.width * drawn.height > MAX_POINTS) return undefined;
    // NOTE Drawing a moving picture anew would leave its first moment only.
    const isShrunk = wish.isShrunk && type !== "image/gif" && Math.max(drawn.width, drawn.height) > SHRUNK_SIDE;
    if (isShrunk) {
      const small = await drawnAt(drawn, SHRUNK_SIDE, 0.82);
      return {
        kind: "image",
        name: name.replace(/\.[^.]*$/, "") + ".jpg",
        type: "image/jpeg",
        ...small,
        thumbnail: await drawnAt(drawn, THUMBNAIL_SIDE, 0.7),
      };
    }
    const bytes = wish.keepsPlace ? original : withoutMetadata(original).bytes;
    const picture: Prepared = { kind: "image", name, type, bytes, width: drawn.width, height: drawn.height };
    const isLarge = bytes.length > SMALL_BYTES && Math.max(drawn.width, drawn.height) > THUMBNAIL_SIDE;
    return isLarge ? { ...picture, thumbnail: await drawnAt(drawn, THUMBNAIL_SIDE, 0.7) } : picture;
  } finally {
    drawn.close();
  }
}

/** The picture as a JPEG of at most a side's length; drawing it leaves every note of the camera behind. */
async function drawnAt(picture: ImageBitmap, side: number, quality: number): Promise<Thumbnail> {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((length) => Math.max(1, Math.round(length * scale)));
  const canvas = new OffscreenCanvas(width ?? 1, height ?? 1);
  canvas.getContext("2d", { alpha: false })?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
  return { bytes: new Uint8Array(await blob.arrayBuffer()), width: canvas.width, height: canvas.height };
}
