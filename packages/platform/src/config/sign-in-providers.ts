import { z } from "zod";
import { isNetwork } from "../outgoing/index.ts";

/** A network or an address. */
export const network: z.ZodType<string> = z.string().refine(isNetwork, "not an address or a network");

/** An OpenID Connect provider that people can sign in with. */
const oidcProvider = z.strictObject({
  /** In addresses and in `GET /login`; never change it (Matrix: 1 to 255 unreserved characters). */
  id: z.string().regex(/^[A-Za-z0-9._~-]{1,255}$/, "only letters, digits and . _ ~ -"),
  /** On the button. */
  name: z.string().min(1).max(100),
  issuer: z.url({ protocol: /^https?$/ }),
  clientId: z.string().min(1).max(1000),
  /** Without it the client is a public one: PKCE alone. */
  clientSecretFile: z.string().min(1).optional(),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/))
    .default(["openid", "profile"])
    .refine((scopes) => scopes.includes("openid"), "`openid` is missing from the scopes"),
  claims: z
    .strictObject({
      /** Becomes the name of a new account. */
      user: z.string().min(1).default("preferred_username"),
      /** Shown for a new account where the directory has no name. */
      name: z.string().min(1).default("name"),
      /** What the directory knows people by; with it only they can sign in. */
      directory: z.string().min(1).optional(),
    })
    .prefault({}),
  /** Whether somebody who has no account gets one. */
  createAccounts: z.boolean().default(true),
  /** Hosts beside the issuer's own that its endpoints and keys may be on. */
  hosts: z.array(z.string().min(1).max(300)).default([]),
  /** Private networks that it may be reached in; these also without TLS. */
  privateNetworks: z.array(network).default([]),
});

/** One of `oidc.providers`. */
export type OidcProviderConfig = z.output<typeof oidcProvider>;

/** All of them. */
export const oidcProviders: z.ZodType<readonly OidcProviderConfig[]> = z
  .array(oidcProvider)
  .max(20)
  .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, "two providers have the same id");

const SCRIPTING = /^(javascript|data|vbscript|blob|file|about|view-source):/i;

/** An address that a client may be sent back to. */
export const redirectUrl: z.ZodType<string> = z
  .url()
  .max(2000)
  .refine((text) => !SCRIPTING.test(text), "not an address of a client");

/** `push.example`, `push.example:8443` or `*.push.example`. */
export const pushHost: z.ZodType<string> = z
  .string()
  .max(300)
  .regex(/^(\*\.)?[a-z0-9.-]+(:[0-9]{1,5})?$/, "not a host in lower case, or *.domain");
