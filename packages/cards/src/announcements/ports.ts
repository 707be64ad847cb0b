import type { Decision, Result, UserId } from "@causeway/base";
import type { RecordAudit } from "@causeway/audit";
import type { AnnouncementInput } from "@causeway/contract";
import type { CardText } from "../texts.ts";
import type { Audience } from "./types.ts";

/** What announcements need of the directory and of access. */
export interface AnnouncementParts {
  /** Everybody to whom an announcement goes, found in the directory as it is now, each once. `DIRECTORY_UNKNOWN` for a department or division that there is not. */
  readonly audienceOf: (wanted: AnnouncementInput["audience"]) => Result<Audience>;
  /** Whether somebody may announce to departments. */
  readonly mayAnnounceTo: (user: UserId, departments: readonly string[] | "everybody") => Decision;
  /** In what capacity somebody speaks. */
  readonly officeOf: (user: UserId) => CardText | undefined;
  readonly audit: RecordAudit;
  readonly utcOffsetMinutes: number;
  /** How long after a reminder the next one may be. */
  readonly chaseEveryMs: number;
}
