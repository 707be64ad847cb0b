export { zoneHandler } from "./http.ts";
export type { NotifyTarget } from "./notify.ts";
export { startPrimary, type PrimaryOptions, type RpzPrimary } from "./primary.ts";
export type { RpzAction, RpzRules } from "./rules.ts";
export { openZoneFile, type ZoneFile } from "./zone-file.ts";
export { defaultHistory, type HistoryLimits, type ZoneState } from "./zone.ts";
export { defaultTimes, MAIL_WARNING, zoneText, type ZoneTimes } from "./zone-text.ts";
export { createZones, type RpzZones } from "./zones.ts";
