/** Limits of the directory; the configuration may fill them. */
export interface DirectoryLimits {
  readonly maxImportBytes: number;
  readonly maxImportRows: number;
  /** Faults that an import lists at most; it says how many more there are. */
  readonly maxFaults: number;
  /** The largest share of a file's departments' holders that an import may find absent and make leave. */
  readonly maxAbsentShare: number;
  /** The longest delegation, in days. */
  readonly maxDelegationDays: number;
  readonly maxRoomsPerPost: number;
  /** Good credentials of one machine or person. */
  readonly maxCredentials: number;
  readonly maxPeopleInMemory: number;
  /** Where a date without a time begins, as an offset from UTC in minutes. */
  readonly utcOffsetMinutes: number;
}

/** The limits when nothing else is configured. */
export const defaultDirectoryLimits: DirectoryLimits = {
  maxImportBytes: 16 * 1_048_576,
  maxImportRows: 50_000,
  maxFaults: 1000,
  maxAbsentShare: 0.2,
  maxDelegationDays: 366,
  maxRoomsPerPost: 200,
  maxCredentials: 20,
  maxPeopleInMemory: 50_000,
  utcOffsetMinutes: 0,
};
