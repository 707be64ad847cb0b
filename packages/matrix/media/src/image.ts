import sharp, { type Metadata, type Sharp } from "sharp";
import type { MediaLimits, ThumbnailSize } from "./limits.ts";
import { fitsWithin, targetOf } from "./thumbnail-size.ts";

/** Content types that are decoded at all. Never SVG or PDF: those are programs. */
const DECODABLE: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"]);

/** Whether a type, as found by content, is decoded at all. */
export function isDecodable(type: string): boolean {
  return DECODABLE.has(type);
}

/** Tells the image library to keep nothing in memory, to use one thread a picture, and to open no other kind of file, SVG least of all. */
export function restrainDecoder(): void {
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({
    operation: [
      "VipsForeignLoadJpeg",
      "VipsForeignLoadPng",
      "VipsForeignLoadNsgif",
      "VipsForeignLoadWebp",
      "VipsForeignLoadHeif",
    ],
  });
}

/** What became of an image: its own bytes are small enough, a smaller picture, or why there is none. */
export type Shrunk =
  | { readonly kind: "as-it-is" }
  | { readonly kind: "made"; readonly bytes: Uint8Array; readonly type: string }
  | { readonly kind: "too-many-pixels" }
  | { readonly kind: "undecodable" };

/** Decodes an image within the limits and makes it as small as the size says. Metadata (places, cameras) is left behind. */
export async function shrink(source: Uint8Array, size: ThumbnailSize, limits: MediaLimits): Promise<Shrunk> {
  const open = (): Sharp =>
    sharp(source, { limitInputPixels: limits.maxPixels, failOn: "error", sequentialRead: true, unlimited: false });
  try {
    const metadata = await open().metadata();
    if (metadata.width * metadata.height > limits.maxPixels) return { kind: "too-many-pixels" };
    const image = metadata.autoOrient;
    const isStill = (metadata.pages ?? 1) === 1 && !isAnimatedPng(source);
    if (fitsWithin(image, size) && isStill && metadata.format !== "heif") {
      await open().stats(); // decodes all of it, so that a broken image is refused here too
      return { kind: "as-it-is" };
    }
    return await encode(open(), metadata, { size, timeoutSeconds: limits.thumbnailTimeoutSeconds });
  } catch (error) {
    return { kind: error instanceof Error && /pixel limit/i.test(error.message) ? "too-many-pixels" : "undecodable" };
  }
}

/** An animated PNG says so in a chunk before its data; the library sees only the first picture. */
function isAnimatedPng(source: Uint8Array): boolean {
  const start = Buffer.from(source.buffer, source.byteOffset, Math.min(source.length, 65_536));
  return start[0] === 0x89 && start.includes("acTL");
}

async function encode(
  image: Sharp,
  metadata: Metadata,
  how: { readonly size: ThumbnailSize; readonly timeoutSeconds: number },
): Promise<Shrunk> {
  const { width, height } = targetOf(metadata.autoOrient, how.size);
  const resized = image
    .autoOrient()
    .resize({ width, height, fit: how.size.method === "crop" ? "cover" : "fill", withoutEnlargement: false })
    .timeout({ seconds: how.timeoutSeconds });
  const isTransparent = metadata.hasAlpha === true;
  const bytes = await (isTransparent ? resized.png() : resized.jpeg({ quality: 80 })).toBuffer();
  return { kind: "made", bytes, type: isTransparent ? "image/png" : "image/jpeg" };
}
