import type { UserId } from "@causeway/base";
import type { HttpReply } from "@causeway/platform";
import { randomBytes } from "node:crypto";
import { randomPKCECodeVerifier } from "openid-client";
import { z } from "zod";
import type { AccountsCore } from "../accounts.ts";
import type { StageCheck } from "../interactive.ts";
import { issuersOf } from "../store-sign-on.ts";
import { hashToken } from "../tokens.ts";
import { cookieOf, readCookie, setCookie } from "./browser.ts";
import { page, says, sendTo, type Link, type Said } from "./pages.ts";
import { accountOf } from "./people.ts";
import { isCancelled, Provider, type Errand, type Somebody } from "./provider.ts";
import { allowedRedirect, withLoginToken, withSignOnFault, type SignOnFault } from "./redirects.ts";

const KIND = "sso";

const FAULTS: Readonly<Record<SignOnFault, { readonly status: number; readonly said: Said }>> = {
  cancelled: { status: 403, said: says.cancelled },
  refused: { status: 403, said: says.refused },
  "no-account": { status: 403, said: says.noAccount },
  unreachable: { status: 502, said: says.unreachable },
};

/** What is kept while a browser is away. `browser` is the hash of its cookie. */
const away = z.object({
  provider: z.string(),
  browser: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** Where it goes with a login token, or which session of user-interactive authentication it proves. */
  to: z.union([z.object({ url: z.string() }), z.object({ session: z.string() })]),
});

type Away = z.output<typeof away>;

/** A provider, as a list of sign-in buttons shows it. */
export interface ProviderView {
  readonly id: string;
  readonly name: string;
}

/** Signing in with OpenID Connect providers, the way that Matrix clients know (`m.login.sso`). */
export class SignOn {
  readonly providers: readonly ProviderView[];
  #core: AccountsCore;
  #providers: ReadonlyMap<string, Provider>;

  constructor(core: AccountsCore) {
    this.#core = core;
    const { providers, secrets } = core.options.signOn;
    this.providers = providers.map(({ id, name }) => ({ id, name }));
    this.#providers = new Map(
      providers.map((config) => {
        const callback = (): string => `${this.#base()}/causeway/v1/sso/callback/${encodeURIComponent(config.id)}`;
        return [config.id, new Provider({ config, secret: secrets.get(config.id), callback })];
      }),
    );
  }

  #base(): string {
    return this.#core.options.publicUrl.replace(/\/+$/, "");
  }

  /** `GET /login/sso/redirect[/{idpId}]`. */
  async begin(wish: { readonly id: string | undefined; readonly redirectUrl: string }): Promise<HttpReply> {
    const url = allowedRedirect(wish.redirectUrl, [this.#base(), ...this.#core.options.signOn.redirectUrls]);
    if (url === undefined) return page({ status: 400, said: says.badReturn });
    const only = this.providers.length === 1 ? this.providers[0]?.id : undefined;
    const id = wish.id ?? only;
    if (id === undefined && this.providers.length > 0) return this.#choice(url);
    const provider = id === undefined ? undefined : this.#providers.get(id);
    if (provider === undefined) return page({ status: 404, said: says.noProvider });
    return await this.#send(provider, { url: url.href });
  }

  #choice(url: URL): HttpReply {
    const links: readonly Link[] = this.providers.map(({ id, name }) => ({
      text: name,
      href: `${this.#base()}/_matrix/client/v3/login/sso/redirect/${encodeURIComponent(id)}?${new URLSearchParams({ redirectUrl: url.href }).toString()}`,
    }));
    return page({ status: 200, said: says.choose, links });
  }

  /** `GET /auth/m.login.sso/fallback/web`: the owner of a session shows who they are again. */
  async prove(session: string): Promise<HttpReply> {
    const owner = this.#core.interactive.ownerOf(session);
    const provider = owner === undefined ? undefined : await this.#providerOf(owner);
    if (provider === undefined) return page({ status: 404, said: says.lapsed });
    return await this.#send(provider, { session });
  }

  async #providerOf(user: UserId): Promise<Provider | undefined> {
    const issuers = await issuersOf(this.#core.options.db, user);
    return [...this.#providers.values()].find(({ config }) => issuers.includes(config.issuer));
  }

  /** Whether somebody can show who they are with a provider. */
  async isKnown(user: UserId): Promise<boolean> {
    return this.#providers.size > 0 && (await this.#providerOf(user)) !== undefined;
  }

  async #send(provider: Provider, to: Away["to"]): Promise<HttpReply> {
    const state = randomBytes(32).toString("base64url");
    const secret = randomBytes(32).toString("base64url");
    const errand = errandOf(state, {
      nonce: randomBytes(32).toString("base64url"),
      verifier: randomPKCECodeVerifier(),
      to,
    });
    let address: URL;
    try {
      address = await provider.away(errand);
    } catch (error) {
      this.#core.options.signOn.failed(error);
      return this.#failed("unreachable", to, {});
    }
    const { publicUrl, limits } = this.#core.options;
    const { nonce, verifier } = errand;
    const kept: Away = { provider: provider.config.id, browser: hashToken(secret), nonce, verifier, to };
    await this.#core.pending.put({ kind: KIND, ms: limits.signOnMs, body: JSON.stringify(kept) }, state);
    const cookie = setCookie(cookieOf(state, publicUrl), secret, Math.ceil(limits.signOnMs / 1000));
    return sendTo(address.href, { "set-cookie": cookie });
  }

  /** Says what went wrong; in our own client, which a browser that came from there goes on to at once. */
  #failed(fault: SignOnFault, to: Away["to"], headers: Readonly<Record<string, string>>): HttpReply {
    const own = "url" in to ? allowedRedirect(to.url, [this.#base()]) : undefined;
    return page({ ...FAULTS[fault], headers, ...(own === undefined ? {} : { next: withSignOnFault(own, fault) }) });
  }

  #lapsed(headers: Readonly<Record<string, string>> = {}): HttpReply {
    return page({ status: 400, said: says.lapsed, links: [{ text: "Causeway", href: `${this.#base()}/` }], headers });
  }

  /** The callback: the browser is back. Each errand is used up by its first answer, whatever that is. */
  async end(back: {
    readonly id: string;
    readonly query: string;
    readonly cookies: string | undefined;
  }): Promise<HttpReply> {
    const states = new URLSearchParams(back.query).getAll("state");
    const [state] = states;
    if (state === undefined || states.length !== 1) return this.#lapsed();
    const cookie = cookieOf(state, this.#core.options.publicUrl);
    const secret = readCookie(back.cookies, cookie);
    const forget = { "set-cookie": setCookie(cookie, "", 0) };
    if (secret === undefined) return this.#lapsed();
    const body = await this.#core.pending.take(KIND, state);
    const kept = body === undefined ? undefined : away.parse(JSON.parse(body));
    const provider = this.#providers.get(back.id);
    const isOurs = kept !== undefined && kept.provider === back.id && kept.browser === hashToken(secret);
    if (!isOurs || provider === undefined) return this.#lapsed(forget);
    let somebody: Somebody;
    try {
      somebody = await provider.back(back.query, errandOf(state, kept));
    } catch (error) {
      if (isCancelled(error)) return this.#failed("cancelled", kept.to, forget);
      this.#core.options.signOn.failed(error);
      return this.#failed("refused", kept.to, forget);
    }
    const account = await accountOf(this.#core, provider.config, somebody);
    if (!account.ok) return this.#failed("no-account", kept.to, forget);
    if ("url" in kept.to)
      return sendTo(withLoginToken(new URL(kept.to.url), await this.#core.loginTokens.issue(account.value)), forget);
    const isProved = this.#core.interactive.prove(kept.to.session, account.value, "m.login.sso");
    if (!isProved) return this.#failed("refused", kept.to, forget);
    return page({ status: 200, said: says.done, tellApp: true, headers: forget });
  }

  /** Closes idle connections. */
  close(): void {
    for (const provider of this.#providers.values()) provider.close();
  }
}

function errandOf(state: string, kept: Pick<Away, "nonce" | "verifier" | "to">): Errand {
  return { state, nonce: kept.nonce, verifier: kept.verifier, again: "session" in kept.to };
}

/** `m.login.sso` of user-interactive authentication: it is passed in a browser, never in the request itself. */
export const ssoStage: StageCheck = {
  pass: () => ({ ok: false, error: { code: "M_FORBIDDEN", message: "Sign in with the provider in a browser first." } }),
};
