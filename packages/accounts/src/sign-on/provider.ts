import { createOutgoing, OutgoingRefused, type OidcProviderConfig, type Outgoing } from "@causeway/platform";
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  type Configuration,
  type CustomFetch,
} from "openid-client";

/** What a browser is sent away with; all of it comes back or is compared. */
export interface Errand {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** The person has to show who they are again, also when the provider still knows them. */
  readonly again: boolean;
}

/** Somebody, as a provider says. */
export interface Somebody {
  readonly issuer: string;
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

const DISCOVERED_FOR_MS = 60 * 60_000;
const AGAIN_WITHIN_S = 300;
const RULES = { timeoutMs: 15_000, maxReplyBytes: 1_048_576, maxConnections: 8 };

/** An OpenID Connect provider: authorization code flow with PKCE; the protocol is the library's work. */
export class Provider {
  readonly config: OidcProviderConfig;
  readonly callback: () => string;
  #secret: string | undefined;
  #outgoing: Outgoing;
  #origins: ReadonlySet<string>;
  #discovered: { readonly at: number; readonly found: Promise<Configuration> } | undefined;

  constructor(parts: {
    readonly config: OidcProviderConfig;
    readonly secret: string | undefined;
    /** Where the provider sends browsers back to. */
    readonly callback: () => string;
  }) {
    this.config = parts.config;
    this.callback = parts.callback;
    this.#secret = parts.secret;
    this.#outgoing = createOutgoing({ ...RULES, privateNetworks: parts.config.privateNetworks });
    const { origin, protocol } = new URL(parts.config.issuer);
    this.#origins = new Set([origin, ...parts.config.hosts.map((host) => `${protocol}//${host}`)]);
  }

  /** Where the browser is sent. */
  async away(errand: Errand): Promise<URL> {
    const found = await this.#configuration();
    return buildAuthorizationUrl(found, {
      redirect_uri: this.callback(),
      scope: this.config.scopes.join(" "),
      state: errand.state,
      nonce: errand.nonce,
      code_challenge: await calculatePKCECodeChallenge(errand.verifier),
      code_challenge_method: "S256",
      ...(errand.again ? { prompt: "login", max_age: "0" } : {}),
    });
  }

  /** Who came back. Rejects for an answer that is not for this errand, not signed by the provider, or refused. */
  async back(query: string, errand: Errand): Promise<Somebody> {
    const found = await this.#configuration();
    const tokens = await authorizationCodeGrant(found, new URL(`${this.callback()}${query}`), {
      expectedState: errand.state,
      expectedNonce: errand.nonce,
      pkceCodeVerifier: errand.verifier,
      idTokenExpected: true,
      ...(errand.again ? { maxAge: AGAIN_WITHIN_S } : {}),
    });
    const claims = tokens.claims();
    if (claims === undefined || !isSubject(claims.sub)) throw new Error("the provider does not say who it is");
    const more = await this.#moreClaims(found, { access: tokens.access_token, subject: claims.sub, claims });
    return { issuer: this.config.issuer, subject: claims.sub, claims: { ...more, ...claims } };
  }

  /** Claims that are not in the signed token are asked for. */
  async #moreClaims(
    found: Configuration,
    of: { readonly access: string; readonly subject: string; readonly claims: Readonly<Record<string, unknown>> },
  ): Promise<Readonly<Record<string, unknown>>> {
    const { user, name, directory } = this.config.claims;
    const wanted = [user, name, ...(directory === undefined ? [] : [directory])];
    const isComplete = wanted.every((claim) => of.claims[claim] !== undefined);
    if (isComplete || found.serverMetadata().userinfo_endpoint === undefined) return {};
    return await fetchUserInfo(found, of.access, of.subject);
  }

  #configuration(): Promise<Configuration> {
    const now = performance.now();
    if (this.#discovered !== undefined && now - this.#discovered.at < DISCOVERED_FOR_MS) return this.#discovered.found;
    const found = this.#discover();
    this.#discovered = { at: now, found };
    found.catch(() => {
      if (this.#discovered?.found === found) this.#discovered = undefined;
    });
    return found;
  }

  async #discover(): Promise<Configuration> {
    const { issuer, clientId } = this.config;
    const isPlain = issuer.startsWith("http:");
    return await discovery(
      new URL(issuer),
      clientId,
      undefined,
      this.#secret === undefined ? None() : ClientSecretBasic(this.#secret),
      {
        // NOTE The library would otherwise believe an id token that came over TLS without looking at its signature.
        // Plain http goes no further than the networks that the configuration allows for it.
        execute: isPlain ? [enableNonRepudiationChecks, allowInsecureRequests] : [enableNonRepudiationChecks],
        [customFetch]: (url, options) => this.#fetch(url, options),
      },
    );
  }

  /** Every request of the library: to the issuer's own hosts, and to addresses that were checked. */
  async #fetch(address: string, options: Parameters<CustomFetch>[1]): Promise<Response> {
    const url = new URL(address);
    if (!this.#origins.has(url.origin)) throw new OutgoingRefused("this host is not one of the provider's");
    const { body } = options;
    const text = typeof body === "string" ? body : body instanceof URLSearchParams ? body.toString() : undefined;
    const headers = Object.fromEntries(new Headers(options.headers));
    const reply = await this.#outgoing.send(url, {
      method: options.method,
      headers,
      body: text,
      signal: options.signal,
    });
    const hasBody = reply.status !== 204 && reply.status !== 304;
    return new Response(hasBody ? new Uint8Array(reply.body) : null, { status: reply.status, headers: reply.headers });
  }

  /** Closes idle connections. */
  close(): void {
    this.#outgoing.close();
  }
}

/** OpenID Connect Core, section 2: at most 255 ASCII characters. */
function isSubject(subject: string): boolean {
  return /^[\x20-\x7e]{1,255}$/.test(subject);
}

/** Whether the provider says that the person let it be (RFC 6749, section 4.1.2.1). */
export function isCancelled(error: unknown): boolean {
  return error instanceof AuthorizationResponseError && error.error === "access_denied";
}
