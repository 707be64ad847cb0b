import { generateKeyPairSync, sign } from "node:crypto";
import { listening } from "@causeway/testkit-provider";

/** What a provider that means harm, or that somebody speaks for, answers. */
export interface Lies {
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Unsigned, signed with a key that is not published, or with the client's secret. */
  readonly signature?: "none" | "stripped" | "foreign";
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A provider of which every answer can be a lie. */
export interface DishonestProvider extends AsyncDisposable {
  readonly url: string;
  tell(lies: Lies): void;
}

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const foreign = generateKeyPairSync("rsa", { modulusLength: 2048 });

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function tokenOf(claims: object, signature: Lies["signature"]): string {
  const header = signature === "none" ? { alg: "none" } : { alg: "RS256", kid: "k" };
  const text = `${encoded(header)}.${encoded(claims)}`;
  if (signature === "none" || signature === "stripped") return `${text}.`;
  const key = signature === "foreign" ? foreign.privateKey : keys.privateKey;
  return `${text}.${sign("RSA-SHA256", Buffer.from(text), key).toString("base64url")}`;
}

/** Starts one. It sends browsers straight back with a code, and tells the truth until told otherwise. */
export async function dishonestProvider(): Promise<DishonestProvider> {
  let lies: Lies = {};
  let nonce = "";
  const server = await listening((url) => (request, response) => {
    const asked = new URL(request.url ?? "", url);
    const json = (value: unknown): void => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
    };
    if (asked.pathname === "/.well-known/openid-configuration") {
      json({
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/jwks`,
        id_token_signing_alg_values_supported: ["RS256", "none"],
        ...lies.metadata,
      });
    } else if (asked.pathname === "/authorize") {
      nonce = asked.searchParams.get("nonce") ?? "";
      const back = new URL(asked.searchParams.get("redirect_uri") ?? "");
      back.searchParams.set("code", "code");
      back.searchParams.set("state", asked.searchParams.get("state") ?? "");
      response.writeHead(302, { location: back.href }).end();
    } else if (asked.pathname === "/token") {
      const now = Math.floor(Date.now() / 1000);
      const truth = {
        iss: url,
        aud: "causeway",
        sub: "s",
        iat: now,
        exp: now + 60,
        nonce,
        preferred_username: "amy",
        name: "A",
      };
      const claims = { ...truth, ...lies.claims };
      json({ access_token: "a", token_type: "Bearer", id_token: tokenOf(claims, lies.signature) });
    } else if (asked.pathname === "/jwks") {
      json({ keys: [{ ...keys.publicKey.export({ format: "jwk" }), kid: "k", use: "sig", alg: "RS256" }] });
    } else response.writeHead(404).end();
  });
  return {
    url: server.url,
    tell: (told) => void (lies = told),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
