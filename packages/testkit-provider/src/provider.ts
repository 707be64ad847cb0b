import type { OidcProviderConfig } from "@causeway/platform";
import { generateKeyPairSync } from "node:crypto";
import { Provider, type Context } from "oidc-provider";
import { listening } from "./listening.ts";

/** Somebody whom the provider knows. */
export interface Subject {
  readonly sub: string;
  readonly [claim: string]: unknown;
}

/** A certified provider on loopback; whoever sits at the keyboard is signed in there without a form. */
export interface RealProvider extends AsyncDisposable {
  readonly url: string;
  readonly secret: string;
  /** Who sits at the keyboard. */
  at(subject: Subject): void;
  /** Whoever sits there goes no further. */
  leave(): void;
  /** How often somebody had to show who they are. */
  readonly asked: () => number;
  config(more?: Partial<OidcProviderConfig>): OidcProviderConfig;
}

const SECRET = "a secret of the client that nobody guesses";

/** What a configuration says of a provider. */
export function providerConfig(url: string, more: Partial<OidcProviderConfig> = {}): OidcProviderConfig {
  return {
    id: "gov",
    name: "Government",
    issuer: url,
    clientId: "causeway",
    scopes: ["openid", "profile"],
    claims: { user: "preferred_username", name: "name" },
    createAccounts: true,
    hosts: [],
    privateNetworks: ["127.0.0.1/32"],
    ...more,
  };
}

async function grantEverything({ oidc }: Context): Promise<object> {
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope("openid profile");
  await grant.save();
  return grant;
}

/** Starts a provider that lets browsers return to the addresses given. */
export async function realProvider(callbacks: readonly string[]): Promise<RealProvider> {
  const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
  const people = new Map<string, Subject>();
  let keyboard = "";
  let asked = 0;
  const server = await listening((url) => {
    const provider = new Provider(url, {
      clients: [{ client_id: "causeway", client_secret: SECRET, redirect_uris: callbacks }],
      jwks: { keys: [{ ...key, use: "sig", alg: "RS256" }] },
      cookies: { keys: ["for a test"] },
      claims: { openid: ["sub"], profile: ["name", "preferred_username", "staff"] },
      features: { devInteractions: { enabled: false } },
      interactions: {
        url: (_context: unknown, interaction: { readonly uid: string }) => `/interaction/${interaction.uid}`,
      },
      findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => people.get(id) }),
      loadExistingGrant: grantEverything,
    });
    const serve = provider.callback();
    return (request, response) => {
      if (request.url?.startsWith("/interaction/") !== true) return serve(request, response);
      asked += 1;
      const outcome = keyboard === "" ? { error: "access_denied" } : { login: { accountId: keyboard } };
      void provider.interactionFinished(request, response, outcome);
    };
  });
  return {
    url: server.url,
    secret: SECRET,
    at(subject) {
      people.set(subject.sub, subject);
      keyboard = subject.sub;
    },
    leave: () => void (keyboard = ""),
    asked: () => asked,
    config: (more) => providerConfig(server.url, more),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
