import { plainName } from "../people.ts";
import { listIn, textIn } from "../read-json.ts";

/** An identity provider, as its button shows it. */
export interface ProviderChoice {
  /** Undefined where the server has one and does not say which. */
  readonly id?: string;
  readonly name: string;
}

/** How one can sign in on a server. */
export interface SignInWays {
  readonly password: boolean;
  readonly passkey: boolean;
  readonly providers: readonly ProviderChoice[];
}

/** What is offered while the server does not say. */
export const passwordOnly: SignInWays = { password: true, passkey: false, providers: [] };

/** More is no list to choose from. */
const MOST_PROVIDERS = 20;

/** Asks the server (client-server API, "Login"). Rejects when it does not answer. */
export async function askForWays(server: string): Promise<SignInWays> {
  const response = await fetch(`${server}/_matrix/client/v3/login`);
  if (!response.ok) throw new Error(`the server does not say how to sign in: ${response.status}`);
  return waysIn(await response.json());
}

/** Reads its answer. */
export function waysIn(answer: unknown): SignInWays {
  const flows = listIn(answer, "flows");
  const of = (type: string): readonly unknown[] => flows.filter((flow) => textIn(flow, "type") === type);
  return {
    password: of("m.login.password").length > 0,
    passkey: of("org.causeway.passkey").length > 0,
    providers: of("m.login.sso").flatMap(providersIn).slice(0, MOST_PROVIDERS),
  };
}

function providersIn(flow: unknown): readonly ProviderChoice[] {
  const known = listIn(flow, "identity_providers").flatMap((one) => {
    const id = textIn(one, "id");
    return id === "" ? [] : [{ id, name: plainName(textIn(one, "name")) || id }];
  });
  return known.length > 0 ? known : [{ name: "SSO" }];
}
