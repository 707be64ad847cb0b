/** A thumbnail that the server is ready to make. */
export interface ThumbnailSize {
  readonly width: number;
  readonly height: number;
  readonly method: "crop" | "scale";
}

/** What media may cost. Filled from the configuration. */
export interface MediaLimits {
  /** The largest file. */
  readonly maxBytes: number;
  /** All files of one person together; a further upload is refused. */
  readonly maxBytesPerUser: number;
  /** Uploads of one person under way at once. */
  readonly maxConcurrentUploadsPerUser: number;
  /** Addresses of one person that are reserved and not used yet. */
  readonly maxUnusedPerUser: number;
  /** How long a reserved address waits for its file. */
  readonly unusedLifetimeMs: number;
  /** The longest that a download waits for a file that is still to come. */
  readonly maxWaitMs: number;
  /** Uploads are refused when less than this is free, so that the database can go on writing. */
  readonly keepFreeBytes: number;
  /** Images with more pixels get no thumbnail. */
  readonly maxPixels: number;
  /** Larger files get no thumbnail. */
  readonly maxThumbnailSourceBytes: number;
  /** Thumbnails made at the same time. */
  readonly concurrentThumbnails: number;
  /** Thumbnails that may wait to be made. */
  readonly maxWaitingThumbnails: number;
  /** How long making one may take. */
  readonly thumbnailTimeoutSeconds: number;
  /** The sizes that are made; any other request gets the next larger one. */
  readonly thumbnailSizes: readonly ThumbnailSize[];
}

const MiB = 1024 * 1024;

/** The limits where the configuration says nothing. The sizes are those of the client-server API ("Thumbnails") and one for dense screens. */
export const defaultMediaLimits: MediaLimits = {
  maxBytes: 100 * MiB,
  maxBytesPerUser: 20 * 1024 * MiB,
  maxConcurrentUploadsPerUser: 10,
  maxUnusedPerUser: 20,
  unusedLifetimeMs: 24 * 3_600_000,
  maxWaitMs: 60_000,
  keepFreeBytes: 256 * MiB,
  maxPixels: 50_000_000,
  maxThumbnailSourceBytes: 50 * MiB,
  concurrentThumbnails: 2,
  maxWaitingThumbnails: 200,
  thumbnailTimeoutSeconds: 15,
  thumbnailSizes: [
    { width: 32, height: 32, method: "crop" },
    { width: 96, height: 96, method: "crop" },
    { width: 320, height: 240, method: "scale" },
    { width: 640, height: 480, method: "scale" },
    { width: 800, height: 600, method: "scale" },
    { width: 1600, height: 1200, method: "scale" },
  ],
};
