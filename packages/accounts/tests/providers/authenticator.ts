import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

/** What a test may make an authenticator or its browser do. */
export interface Behaviour {
  readonly origin?: string;
  /** The site that the authenticator believes to serve. */
  readonly rpId?: string;
  readonly verifies?: boolean;
  readonly type?: string;
  readonly counter?: number;
  readonly userHandle?: string;
  readonly results?: object;
  readonly crossOrigin?: boolean;
}

/** As much of the options that a server gives as an authenticator reads. */
export interface Options {
  readonly challenge: string;
  readonly rp?: { readonly id: string };
  readonly rpId?: string;
  readonly user?: { readonly id: string };
  readonly extensions?: { readonly prf?: unknown };
}

const UP = 0x01;
const UV = 0x04;
const BACKED = 0x18;
const ATTESTED = 0x40;

/** An authenticator in software: one passkey, ES256, no attestation. */
export class Authenticator {
  readonly id: string = randomBytes(32).toString("base64url");
  #origin: string;
  #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  #handle = "";
  #counter = 0;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** `navigator.credentials.create()`. */
  create(options: Options, how: Behaviour = {}): object {
    this.#handle = options.user?.id ?? "";
    const id = Buffer.from(this.id, "base64url");
    const length = Buffer.from([id.length >> 8, id.length & 0xff]);
    const attested = Buffer.concat([Buffer.alloc(16), length, id, coseKey(this.#keys.publicKey)]);
    const data = this.#data(how.rpId ?? options.rp?.id ?? "", { how, attested });
    const attestation = map([
      [text("fmt"), text("none")],
      [text("attStmt"), map([])],
      [text("authData"), bytes(data)],
    ]);
    return {
      id: this.id,
      rawId: this.id,
      type: "public-key",
      response: {
        clientDataJSON: this.#client(options, "webauthn.create", how).toString("base64url"),
        attestationObject: attestation.toString("base64url"),
        transports: ["internal"],
      },
      clientExtensionResults: how.results ?? { prf: { enabled: true } },
    };
  }

  /** `navigator.credentials.get()`. */
  get(options: Options, how: Behaviour = {}): object {
    this.#counter = how.counter ?? this.#counter + 1;
    const data = this.#data(how.rpId ?? options.rpId ?? "", { how, attested: Buffer.alloc(0) });
    const client = this.#client(options, "webauthn.get", how);
    const signature = sign("sha256", Buffer.concat([data, sha256(client)]), this.#keys.privateKey);
    return {
      id: this.id,
      rawId: this.id,
      type: "public-key",
      response: {
        clientDataJSON: client.toString("base64url"),
        authenticatorData: data.toString("base64url"),
        signature: signature.toString("base64url"),
        userHandle: how.userHandle ?? this.#handle,
      },
      clientExtensionResults: how.results ?? {},
    };
  }

  #data(rpId: string, of: { readonly how: Behaviour; readonly attested: Buffer }): Buffer {
    const verified = of.how.verifies === false ? 0 : UV;
    const flags = UP | verified | BACKED | (of.attested.length > 0 ? ATTESTED : 0);
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.#counter);
    return Buffer.concat([sha256(Buffer.from(rpId)), Buffer.from([flags]), counter, of.attested]);
  }

  #client(options: Options, type: string, how: Behaviour): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: how.type ?? type,
        challenge: options.challenge,
        origin: how.origin ?? this.#origin,
        crossOrigin: how.crossOrigin ?? false,
      }),
    );
  }
}

function sha256(data: Buffer): Buffer {
  return createHash("sha256").update(data).digest();
}

/** COSE (RFC 9052): an EC2 key of P-256 for ES256. */
function coseKey(key: KeyObject): Buffer {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  return map([
    [head(0, 1), head(0, 2)],
    [head(0, 3), head(1, 6)],
    [head(1, 0), head(0, 1)],
    [head(1, 1), bytes(Buffer.from(x, "base64url"))],
    [head(1, 2), bytes(Buffer.from(y, "base64url"))],
  ]);
}

/** CBOR (RFC 8949): the first bytes of an item; a negative number n is of kind 1 and value −1 − n. */
function head(kind: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(kind << 5) | value]);
  if (value < 256) return Buffer.from([(kind << 5) | 24, value]);
  return Buffer.from([(kind << 5) | 25, value >> 8, value & 0xff]);
}

function bytes(data: Buffer): Buffer {
  return Buffer.concat([head(2, data.length), data]);
}

function text(value: string): Buffer {
  return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
}

function map(pairs: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([head(5, pairs.length), ...pairs.flat()]);
}
