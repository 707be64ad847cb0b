/** How much a search for people looks at and gives. */
export interface UserDirectoryLimits {
  readonly maxResults: number;
  /** The index is read so many people at a time. */
  readonly readAtOnce: number;
  /** So many matches are asked first whether they can be seen, then five times as many, and so on up to the last. */
  readonly firstLook: number;
  readonly lastLook: number;
}

/** The limits when nothing else is configured. */
export const defaultUserDirectoryLimits: UserDirectoryLimits = {
  maxResults: 50,
  readAtOnce: 2000,
  firstLook: 100,
  lastLook: 5000,
};
