import type { ThumbnailSize } from "./limits.ts";

/** Width and height in pixels. */
export interface Dimensions {
  readonly width: number;
  readonly height: number;
}

/**
 * The size to make for a request: the smallest of its method that is not smaller than what was asked for (client-server
 * API, "Thumbnails"). Undefined when all are smaller: then the original is the answer.
 */
export function chooseSize(sizes: readonly ThumbnailSize[], wanted: ThumbnailSize): ThumbnailSize | undefined {
  const area = (size: ThumbnailSize): number => size.width * size.height;
  const enough = sizes
    .filter((size) => size.width >= wanted.width && size.height >= wanted.height)
    .toSorted((a, b) => area(a) - area(b));
  const same = enough.find((size) => size.method === wanted.method);
  if (same !== undefined) return same;
  // NOTE A crop cannot stand in for a scale, it lacks part of the picture; a scale may stand in for a crop, which clients can do.
  return enough.find((size) => size.method === "scale");
}

/** Whether the image is no larger than the size: then it is served as it is. */
export function fitsWithin(image: Dimensions, size: ThumbnailSize): boolean {
  return image.width <= size.width && image.height <= size.height;
}

/** The pixels of a thumbnail: `crop` keeps the size's shape, `scale` the image's; neither is ever larger than the image. */
export function targetOf(image: Dimensions, size: ThumbnailSize): Dimensions {
  const whole = (edge: number): number => Math.max(1, Math.round(edge));
  if (size.method === "crop") {
    const shrink = Math.min(1, image.width / size.width, image.height / size.height);
    return { width: whole(size.width * shrink), height: whole(size.height * shrink) };
  }
  const shrink = Math.min(1, size.width / image.width, size.height / image.height);
  return { width: whole(image.width * shrink), height: whole(image.height * shrink) };
}
