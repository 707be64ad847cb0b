/** What can be found. Kinds with a check digit come first. */
export const identifierKinds = [
  "hkid",
  "mainland-id",
  "payment-card",
  "home-return-permit",
  "passport",
  "bank-account",
  "phone",
  "birth-date",
  "email",
  "address",
] as const;

/** What a finding is: an identity card number, a phone number, … */
export type IdentifierKind = (typeof identifierKinds)[number];

/** Something found in a text. */
export interface Finding {
  readonly kind: IdentifierKind;
  /** Where it begins in the text as it was given, in UTF-16 units. */
  readonly start: number;
  /** Where it ends (exclusive). */
  readonly end: number;
  /** How sure it is, from 0 to 1; from `SURE` on a person is told. */
  readonly score: number;
  /** The value without separators, to count distinct ones by; stays on the device. */
  readonly value: string;
  /** Whether a check digit, or a date inside, was right. */
  readonly isChecked: boolean;
}

/** From here on somebody is told of a finding. */
export const SURE = 0.7;

/** A finding in the normalised text, before its surroundings are weighed. */
export interface Candidate {
  readonly kind: IdentifierKind;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly value: string;
  readonly isChecked: boolean;
}
