import type { JSX } from "react";
import type { Proof } from "../../client/step-up.ts";

/** What a person is asked to confirm, when it can be said better than in general. */
export interface ConfirmingWords {
  readonly title: string;
  readonly why: string;
}

/** Does something that the server may want a fresh confirmation for. `dialog` is to be drawn. */
export interface Confirming {
  readonly dialog: JSX.Element | null;
  /** Runs `work`, and again with the proof when one is asked for. Undefined when the person did not give it. Throws other refusals. */
  run<T>(work: (auth: Proof | undefined) => Promise<T>, words?: ConfirmingWords): Promise<T | undefined>;
}
