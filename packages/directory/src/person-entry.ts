import type { PostId, UserId } from "@causeway/base";

/** A name in both languages. */
export interface BothNames {
  readonly nameEn: string;
  readonly nameZh: string;
}

/** A department, division or section as people are shown with it. */
export interface EntryUnit extends BothNames {
  readonly code: string;
}

/** A post that somebody holds or acts in at the moment. */
export interface EntryPost {
  readonly postId: PostId;
  readonly code: string;
  readonly titleEn: string;
  /** Traditional Chinese; may be empty. */
  readonly titleZh: string;
  readonly isActing: boolean;
  readonly department: EntryUnit;
  /** The division and the section that the post is in, outermost first; empty for a post directly under its department. */
  readonly units: readonly EntryUnit[];
}

/** Somebody as searches and cards show them: everything that they can be found by. Either name may be empty, not both. */
export interface PersonEntry extends BothNames {
  readonly userId: UserId;
  readonly posts: readonly EntryPost[];
}

/** The name that rooms show: `陳大文 · CHAN Tai-man`. */
export function displayNameOf(names: BothNames): string {
  return [names.nameZh, names.nameEn].filter((name) => name !== "").join(" · ");
}
