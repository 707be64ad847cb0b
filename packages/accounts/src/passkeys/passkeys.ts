import { failure, localpartOf, ok, type Result, type UserId } from "@causeway/base";
import type { passkeyAssertion, passkeyRegistration } from "@causeway/contract";
import { UnmetExpectation, type Tx } from "@causeway/platform";
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { hash, randomBytes } from "node:crypto";
import { z } from "zod";
import type { AccountsCore } from "../accounts.ts";
import { addPasskey, findPasskey, passkeysOf, touchPasskey, type PasskeyRow } from "../store-passkeys.ts";

/** What a browser made. */
export type Registration = z.output<typeof passkeyRegistration>;
/** What a browser signed. */
export type Assertion = z.output<typeof passkeyAssertion>;

/** A passkey that has proved itself; `use` collects its new counter into what it is used for. */
export interface Proof {
  readonly passkey: PasskeyRow;
  readonly use: (tx: Tx) => void;
}

/** What a challenge was made for: one made for one thing proves nothing for another. */
const purpose = z.object({
  user: z.string().optional(),
  handle: z.string().optional(),
  session: z.string().optional(),
});
type Purpose = z.output<typeof purpose>;

type Kind = "passkey-new" | "passkey-sign-in" | "passkey-step";
/** ES256, EdDSA and RS256: what authenticators in use speak. */
const ALGORITHMS = [-7, -8, -257];

/** Passkeys (WebAuthn): the ceremonies are the library's work; challenges are used once, for one purpose, within minutes. */
export class Passkeys {
  #core: AccountsCore;

  constructor(core: AccountsCore) {
    this.#core = core;
  }

  #site(): { readonly id: string; readonly origin: string } {
    const { hostname, origin } = new URL(this.#core.options.publicUrl);
    return { id: hostname, origin };
  }

  /**
   * What PRF is evaluated with. The output is another for each passkey, so one value serves all of them; it has to, because a sign-in
   * without a name cannot know which passkey will answer.
   */
  #salt(): string {
    return hash("sha256", `causeway passkey prf ${this.#site().id}`, "base64url");
  }

  async #challenge(
    kind: Kind,
    of: Purpose,
  ): Promise<{ readonly text: string; readonly bytes: Uint8Array<ArrayBuffer> }> {
    const bytes = new Uint8Array(randomBytes(32));
    const text = Buffer.from(bytes).toString("base64url");
    await this.#core.pending.put({ kind, ms: this.#core.options.limits.passkeyMs, body: JSON.stringify(of) }, text);
    return { text, bytes };
  }

  /** Uses up the challenge that a browser says it has answered. */
  async #purposeOf(kind: Kind, clientDataJson: string): Promise<{ challenge: string; of: Purpose } | undefined> {
    const challenge = challengeIn(clientDataJson);
    const body = challenge === undefined ? undefined : await this.#core.pending.take(kind, challenge);
    return challenge === undefined || body === undefined
      ? undefined
      : { challenge, of: purpose.parse(JSON.parse(body)) };
  }

  /** What a browser needs to make a passkey for somebody. */
  async creation(user: UserId): Promise<Result<object>> {
    const present = await passkeysOf(this.#core.options.db, user);
    if (present.length >= this.#core.options.limits.maxPasskeys) return failure("PASSKEYS_TOO_MANY");
    const handle = present[0]?.handle ?? randomBytes(32).toString("base64url");
    const challenge = await this.#challenge("passkey-new", { user, handle });
    const options = await generateRegistrationOptions({
      rpName: "Causeway",
      rpID: this.#site().id,
      userName: localpartOf(user),
      userID: bytesOf(handle),
      challenge: challenge.bytes,
      timeout: this.#core.options.limits.passkeyMs,
      attestationType: "none",
      excludeCredentials: present.map(({ id, transports }) => ({ id, transports: [...transports] })),
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      supportedAlgorithmIDs: ALGORITHMS,
    });
    const prf = { eval: { first: this.#salt() } };
    return ok({ publicKey: { ...options, extensions: { ...options.extensions, prf } } });
  }

  /** Adds what the browser made. */
  async add(user: UserId, name: string, made: Registration): Promise<Result<PasskeyRow>> {
    const begun = await this.#purposeOf("passkey-new", made.response.clientDataJSON);
    if (begun === undefined || begun.of.user !== user || begun.of.handle === undefined)
      return failure("PASSKEY_REFUSED");
    const { db, clock, limits } = this.#core.options;
    if ((await passkeysOf(db, user)).length >= limits.maxPasskeys) return failure("PASSKEYS_TOO_MANY");
    const { clientDataJSON, attestationObject } = made.response;
    const verified = await quietly(() =>
      verifyRegistrationResponse({
        response: { ...made, response: { clientDataJSON, attestationObject }, clientExtensionResults: {} },
        expectedChallenge: begun.challenge,
        expectedOrigin: this.#site().origin,
        expectedRPID: this.#site().id,
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
      }),
    );
    if (verified?.verified !== true) return failure("PASSKEY_REFUSED");
    const { credential, credentialBackedUp } = verified.registrationInfo;
    const row: PasskeyRow = {
      id: credential.id,
      user,
      handle: begun.of.handle,
      publicKey: new Uint8Array(credential.publicKey),
      counter: credential.counter,
      name,
      transports: made.response.transports,
      backedUp: credentialBackedUp,
      prf: made.clientExtensionResults.prf,
      salt: this.#salt(),
      sealed: undefined,
      created: clock.now(),
      lastUsed: undefined,
    };
    const tx = db.begin();
    addPasskey(tx, row);
    this.#core.record(tx, { act: "passkey.added", by: user, on: user });
    return (await isCommitted(tx)) ? ok(row) : failure("PASSKEY_REFUSED");
  }

  /** What a browser needs to sign in: any passkey that it has for this server will do. */
  async signInOptions(): Promise<object> {
    const challenge = await this.#challenge("passkey-sign-in", {});
    return await this.#request(challenge.bytes, []);
  }

  /** What a browser needs to confirm a step of a session with one of somebody's passkeys. */
  async stepOptions(user: UserId, session: string): Promise<object> {
    const present = await passkeysOf(this.#core.options.db, user);
    const challenge = await this.#challenge("passkey-step", { user, session });
    return await this.#request(challenge.bytes, present);
  }

  async #request(challenge: Uint8Array<ArrayBuffer>, allowed: readonly PasskeyRow[]): Promise<object> {
    const options = await generateAuthenticationOptions({
      rpID: this.#site().id,
      challenge,
      timeout: this.#core.options.limits.passkeyMs,
      userVerification: "required",
      allowCredentials: allowed.map(({ id, transports }) => ({ id, transports: [...transports] })),
    });
    const prf =
      allowed.length === 0
        ? { eval: { first: this.#salt() } }
        : { evalByCredential: Object.fromEntries(allowed.map(({ id, salt }) => [id, { first: salt }])) };
    return { publicKey: { ...options, extensions: { ...options.extensions, prf } } };
  }

  /** Whose passkey has signed a sign-in's challenge. */
  async signIn(signed: Assertion): Promise<Proof | undefined> {
    const begun = await this.#purposeOf("passkey-sign-in", signed.response.clientDataJSON);
    const passkey = begun === undefined ? undefined : await findPasskey(this.#core.options.db, signed.id);
    if (begun === undefined || passkey === undefined) return undefined;
    // NOTE A passkey found without a name says itself whose it is; what it says has to be true.
    if (signed.response.userHandle?.replace(/=+$/, "") !== passkey.handle) return undefined;
    return await this.#verify(passkey, signed, begun.challenge);
  }

  /** Whether somebody's own passkey has signed the challenge of a session's step. */
  async step(of: { readonly user: UserId; readonly session: string }, signed: Assertion): Promise<Proof | undefined> {
    const begun = await this.#purposeOf("passkey-step", signed.response.clientDataJSON);
    if (begun === undefined || begun.of.user !== of.user || begun.of.session !== of.session) return undefined;
    const passkey = await findPasskey(this.#core.options.db, signed.id);
    return passkey?.user === of.user ? await this.#verify(passkey, signed, begun.challenge) : undefined;
  }

  async #verify(passkey: PasskeyRow, signed: Assertion, challenge: string): Promise<Proof | undefined> {
    const { clientDataJSON, authenticatorData, signature } = signed.response;
    const verified = await quietly(() =>
      verifyAuthenticationResponse({
        response: {
          ...signed,
          response: { clientDataJSON, authenticatorData, signature },
          clientExtensionResults: {},
        },
        expectedChallenge: challenge,
        expectedOrigin: this.#site().origin,
        expectedRPID: this.#site().id,
        credential: { id: passkey.id, publicKey: passkey.publicKey, counter: passkey.counter },
        requireUserVerification: true,
      }),
    );
    if (verified?.verified !== true) return undefined;
    const { newCounter, credentialBackedUp } = verified.authenticationInfo;
    const at = this.#core.options.clock.now();
    const { id, user } = passkey;
    return {
      passkey,
      use: (tx) => touchPasskey(tx, { id, user, counter: newCounter, backedUp: credentialBackedUp, at }),
    };
  }

  /** Whether somebody has one. */
  async has(user: UserId): Promise<boolean> {
    return (await passkeysOf(this.#core.options.db, user)).length > 0;
  }
}

/** The challenge in what a browser signed; whether it is ours is for others to say. */
function challengeIn(clientDataJson: string): string | undefined {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJson, "base64url").toString());
    const challenge: unknown = typeof data === "object" && data !== null ? Reflect.get(data, "challenge") : undefined;
    return typeof challenge === "string" && challenge.length <= 100 ? challenge : undefined;
  } catch {
    return undefined;
  }
}

/** The library throws for what does not verify; that is an expected refusal here. */
async function quietly<T>(verify: () => Promise<T>): Promise<T | undefined> {
  try {
    return await verify();
  } catch {
    return undefined;
  }
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, "base64url"));
}

/** Commits; false when an expectation was not met. */
export async function isCommitted(tx: Tx): Promise<boolean> {
  try {
    await tx.commit();
    return true;
  } catch (error) {
    if (error instanceof UnmetExpectation) return false;
    throw error;
  }
}
