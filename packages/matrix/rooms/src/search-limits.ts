/** How much a search looks at and gives. */
export interface SearchLimits {
  readonly defaultResults: number;
  readonly maxResults: number;
  /** Events around a result, to either side. */
  readonly maxContext: number;
  /** So many candidates are looked at, and ranked, together. */
  readonly window: number;
  /** So many windows are looked through for a page. */
  readonly maxWindows: number;
  /** Results are counted as far as this. */
  readonly maxCount: number;
  /** A search waits so long for what was sent before it to be in the index. */
  readonly patienceMs: number;
}

/** The limits when nothing else is configured. */
export const defaultSearchLimits: SearchLimits = {
  defaultResults: 10,
  maxResults: 100,
  maxContext: 50,
  window: 200,
  maxWindows: 10,
  maxCount: 2000,
  patienceMs: 3000,
};
