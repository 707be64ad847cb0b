import type { Instant, UserId } from "@causeway/base";
import type { CardText } from "../texts.ts";

/** What an office has announced. */
export interface Announcement {
  readonly id: string;
  readonly sender: UserId;
  readonly title: CardText;
  readonly body: CardText;
  /** In what capacity the sender speaks: their post and department. */
  readonly office: CardText | undefined;
  /** The departments to which it went, or everybody. */
  readonly departments: readonly string[] | "everybody";
  readonly posted: Instant;
  readonly due: Instant | undefined;
  readonly withdrawn: Instant | undefined;
  readonly chased: Instant | undefined;
  readonly chases: number;
}

/** A division with the number of its readers; without a code it is what stands directly under the department. */
export interface Division {
  readonly department: string;
  readonly code: string | undefined;
  readonly nameEn: string;
  readonly nameZh: string;
}

/** How far a division is. */
export interface DivisionCount extends Division {
  readonly readers: number;
  readonly noted: number;
}

/** Whom an announcement is for, found when it is posted. */
export interface Audience {
  readonly departments: readonly string[] | "everybody";
  readonly divisions: readonly Division[];
  /** Readers, each with the number of their division. */
  readonly readers: readonly { readonly user: UserId; readonly division: number }[];
}
