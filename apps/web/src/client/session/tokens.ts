import type { Session } from "./session.ts";

/** The tokens of a session, exchanged for new ones when the server says that they have run out (client-server API, "Refreshing access tokens"). */
export class Tokens {
  #server: string;
  #session: Session;
  #changed: (session: Session) => void;
  #exchange: Promise<boolean> | undefined;

  constructor(options: {
    readonly server: string;
    readonly session: Session;
    /** Keeps the new ones; the old ones are worth nothing once a new one was used. */
    readonly changed: (session: Session) => void;
  }) {
    this.#server = options.server;
    this.#session = options.session;
    this.#changed = options.changed;
  }

  get accessToken(): string {
    return this.#session.accessToken;
  }

  /** `fetch` with the session's token, whatever token the caller knew; a request that came too late goes out again with the new one. */
  readonly fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const used = this.#session.accessToken;
    const response = await fetch(input, this.#authorised(input, init));
    if (response.status !== 401 || !(await hasRunOut(response))) return response;
    const isNew = used !== this.#session.accessToken || (await this.#renew());
    return isNew ? await fetch(input, this.#authorised(input, init)) : response;
  };

  #authorised(input: RequestInfo | URL, init: RequestInit): RequestInit {
    const headers = new Headers(init.headers);
    const { origin } = new URL(input instanceof Request ? input.url : input, this.#server);
    // The token is for one server and leaves for no other.
    if (origin === new URL(this.#server).origin) headers.set("authorization", `Bearer ${this.#session.accessToken}`);
    return { ...init, headers };
  }

  async #renew(): Promise<boolean> {
    this.#exchange ??= this.#ask().finally(() => {
      this.#exchange = undefined;
    });
    return await this.#exchange;
  }

  async #ask(): Promise<boolean> {
    const { refreshToken } = this.#session;
    if (refreshToken === undefined) return false;
    const response = await fetch(`${this.#server}/_matrix/client/v3/refresh`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refresh_token: refreshToken }),
    });
    if (!response.ok) return false;
    const { access_token: accessToken, refresh_token: next }: Record<string, unknown> = Object(await response.json());
    if (typeof accessToken !== "string") return false;
    this.#session = {
      ...this.#session,
      accessToken,
      ...(typeof next === "string" ? { refreshToken: next } : {}),
    };
    this.#changed(this.#session);
    return true;
  }
}

/** Whether a refusal is only of the token's age; the session itself is still there. */
async function hasRunOut(response: Response): Promise<boolean> {
  const answer: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  const { errcode, soft_logout: isSoft } = Object(answer);
  return errcode === "M_UNKNOWN_TOKEN" && isSoft === true;
}
