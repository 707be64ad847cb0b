import type { TimelineLimits } from "./filter.ts";

/** Limits of sync; the configuration fills them. */
export interface SyncLimits extends TimelineLimits {
  readonly maxWaitMs: number;
  readonly toDevicePerAnswer: number;
  /** People named at most in each list of device list changes. */
  readonly maxDeviceListUsers: number;
  /** People who have not synced for this long are forgotten in memory. */
  readonly forgetAfterMs: number;
}

/** The limits when nothing else is configured. */
export const defaultSyncLimits: SyncLimits = {
  defaultTimeline: 20,
  maxTimeline: 100,
  maxWaitMs: 60_000,
  toDevicePerAnswer: 100,
  maxDeviceListUsers: 20_000,
  forgetAfterMs: 10 * 60_000,
};
