import type { Decision, UserId } from "@causeway/base";

/** What a scanner is told of a file that has arrived and is not readable by anybody yet. */
export interface ScanSubject {
  /** Where the bytes are while the scan lasts. */
  readonly path: string;
  readonly length: number;
  readonly sha256: string;
  readonly type: string;
  readonly uploader: UserId;
}

/** Port: looks at a file before it is kept. A refusal removes it, and the uploader gets `M_FORBIDDEN`. */
export type Scan = (subject: ScanSubject) => Promise<Decision>;
