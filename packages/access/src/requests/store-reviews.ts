import {
  parseGrantId,
  parseReviewId,
  parseUnitId,
  parseUserId,
  type GrantId,
  type Instant,
  type ReviewId,
  type UnitId,
  type UserId,
} from "@causeway/base";
import { placeholders, statement, type ReadDb, type Tx } from "@causeway/platform";
import { oneOf, optional, optionalText, optionalTime, read, text, time, type Columns } from "./columns.ts";

/** A quarter's review of necessity in a department. */
export interface Review {
  readonly id: ReviewId;
  readonly department: UnitId;
  readonly quarter: string;
  readonly begun: Instant;
  readonly due: Instant;
  readonly ended: Instant | undefined;
}

/** What became of one grant in a review. */
export interface ReviewItem {
  readonly review: ReviewId;
  readonly grant: GrantId;
  /** Undefined: still to be judged. `ended`: it ended by itself before. */
  readonly verdict: "keep" | "drop" | "ended" | undefined;
  readonly by: UserId | undefined;
  readonly at: Instant | undefined;
  readonly reason: string | undefined;
}

/** What an unmet expectation of a review is called. */
export const REVIEW_CHANGED = "access-review";

const insert = statement(
  "INSERT INTO access_reviews (id, department, quarter, begun, due, told) VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT (department, quarter) DO NOTHING",
);
const addItem = statement("INSERT INTO access_review_items (review, grant_id) VALUES (?, ?)");
const judge = statement(
  "UPDATE access_review_items SET verdict = ?, by_user = ?, at = ?, reason = ? WHERE review = ? AND grant_id = ? AND verdict IS NULL",
);
const end = statement("UPDATE access_reviews SET ended = ? WHERE id = ? AND ended IS NULL");
const tell = statement("UPDATE access_reviews SET told = 1 WHERE id = ? AND told = 0");
const find = statement<Columns>("SELECT * FROM access_reviews WHERE id = ?");
const findQuarter = statement<Columns>("SELECT * FROM access_reviews WHERE department = ? AND quarter = ?");
const overdue = statement<Columns>("SELECT * FROM access_reviews WHERE ended IS NULL AND told = 0 AND due <= ?");
const items = statement<Columns>("SELECT * FROM access_review_items WHERE review = ? ORDER BY grant_id");
const open = statement<Columns>("SELECT * FROM access_reviews WHERE ended IS NULL");

function readReview(row: Columns): Review {
  return {
    id: read(row, "id", parseReviewId),
    department: read(row, "department", parseUnitId),
    quarter: text(row, "quarter"),
    begun: time(row, "begun"),
    due: time(row, "due"),
    ended: optionalTime(row, "ended"),
  };
}

/** Collects a new review with what is to be judged; fails as `REVIEW_CHANGED` when the quarter has one. */
export function addReview(tx: Tx, review: Review, grants: readonly GrantId[]): void {
  const { id, department, quarter, begun, due } = review;
  tx.add(insert(id, department, quarter, begun, due), { rows: 1, what: REVIEW_CHANGED });
  for (const grant of grants) tx.add(addItem(id, grant));
}

/** Collects what was said of one grant; fails as `REVIEW_CHANGED` when something was said before. */
export function judgeItem(tx: Tx, item: ReviewItem): void {
  const { verdict, by, at, reason, review, grant } = item;
  tx.add(judge(verdict ?? null, by ?? null, at ?? null, reason ?? null, review, grant), {
    rows: 1,
    what: REVIEW_CHANGED,
  });
}

/** Collects the end of a review. */
export function endReview(tx: Tx, id: ReviewId, at: Instant): void {
  tx.add(end(at, id), { rows: 1, what: REVIEW_CHANGED });
}

/** Collects that somebody was told that it is overdue. */
export function markReviewTold(tx: Tx, id: ReviewId): void {
  tx.add(tell(id), { rows: 1, what: REVIEW_CHANGED });
}

/** A review. */
export async function findReview(db: ReadDb, id: ReviewId): Promise<Review | undefined> {
  const row = await db.first(find(id));
  return row === undefined ? undefined : readReview(row);
}

/** The review of a quarter. */
export async function findQuarterReview(db: ReadDb, department: UnitId, quarter: string): Promise<Review | undefined> {
  const row = await db.first(findQuarter(department, quarter));
  return row === undefined ? undefined : readReview(row);
}

/** Reviews of some departments, open ones first, then the newest. */
export async function reviewsOf(db: ReadDb, departments: readonly UnitId[], limit: number): Promise<readonly Review[]> {
  if (departments.length === 0) return [];
  const some = statement<Columns>(
    `SELECT * FROM access_reviews WHERE department IN (${placeholders(departments.length)}) ORDER BY CASE WHEN ended IS NULL THEN 0 ELSE 1 END, begun DESC, id LIMIT ?`,
  );
  return (await db.all(some(...departments, limit))).map(readReview);
}

/** Reviews that have not ended. */
export async function openReviews(db: ReadDb): Promise<readonly Review[]> {
  return (await db.all(open())).map(readReview);
}

/** Reviews that should have ended, and of which nobody was told. */
export async function overdueReviews(db: ReadDb, now: Instant): Promise<readonly Review[]> {
  return (await db.all(overdue(now))).map(readReview);
}

/** What a review is about. */
export async function itemsOf(db: ReadDb, review: ReviewId): Promise<readonly ReviewItem[]> {
  return (await db.all(items(review))).map((row) => ({
    review,
    grant: read(row, "grant_id", parseGrantId),
    verdict: optional(row, "verdict", oneOf(["keep", "drop", "ended"])),
    by: optional(row, "by_user", parseUserId),
    at: optionalTime(row, "at"),
    reason: optionalText(row, "reason"),
  }));
}
