declare const brand: unique symbol;

/** A request for an authorisation. */
export type RequestId = string & { readonly [brand]: "RequestId" };
/** An authorisation that was given. */
export type GrantId = string & { readonly [brand]: "GrantId" };
/** A quarter's review of a department's authorisations. */
export type ReviewId = string & { readonly [brand]: "ReviewId" };
/** A look at one person's records. */
export type LookId = string & { readonly [brand]: "LookId" };

const OPAQUE = /^[A-Za-z0-9_-]{8,40}$/;

function reader<T extends string>(prefix: string): (text: string) => T | undefined {
  return (text) => (text.startsWith(prefix) && OPAQUE.test(text) ? (text as T) : undefined);
}

/** Reads the id of a request, or returns undefined. */
export const parseRequestId: (text: string) => RequestId | undefined = reader<RequestId>("rq_");
/** Reads the id of a grant, or returns undefined. */
export const parseGrantId: (text: string) => GrantId | undefined = reader<GrantId>("gr_");
/** Reads the id of a review, or returns undefined. */
export const parseReviewId: (text: string) => ReviewId | undefined = reader<ReviewId>("rv_");
/** Reads the id of a look, or returns undefined. */
export const parseLookId: (text: string) => LookId | undefined = reader<LookId>("lk_");
