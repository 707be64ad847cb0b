import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that a push service or a gateway got. */
export interface Pushed {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What it answers. */
export interface PushReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A push service on loopback that keeps what it gets. */
export interface PushService extends AsyncDisposable {
  readonly host: string;
  readonly url: string;
  readonly got: Pushed[];
  answer: (got: Pushed, count: number) => PushReply;
  /** Resolves when so many requests have come. */
  until(count: number): Promise<void>;
}

/** Starts one. */
export async function pushService(): Promise<PushService> {
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      const got = { path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks) };
      made.got.push(got);
      const { status, headers, body } = made.answer(got, made.got.length);
      response.writeHead(status, headers).end(body);
      for (const look of [...waiting]) look();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address: AddressInfo | string | null = server.address();
  const host = `127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
  const made: PushService = {
    host,
    url: `http://${host}`,
    got: [],
    answer: () => ({ status: 201 }),
    until: (count) =>
      new Promise((done) => {
        const look = (): void => {
          if (made.got.length < count) return;
          waiting.delete(look);
          done();
        };
        waiting.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return made;
}

/** A browser's subscription: what it gives away, and how it reads what comes (RFC 8291, section 3; RFC 8188). */
export class PushSubscriber {
  #keys = createECDH("prime256v1");
  #auth = randomBytes(16);

  constructor() {
    this.#keys.generateKeys();
  }

  get p256dh(): string {
    return this.#keys.getPublicKey("base64url");
  }

  get auth(): string {
    return this.#auth.toString("base64url");
  }

  /** Decrypts a request's body. @throws when it is not for this subscription. */
  read(got: Pushed): unknown {
    const salt = got.body.subarray(0, 16);
    const keyLength = got.body.readUInt8(20);
    const sender = got.body.subarray(21, 21 + keyLength);
    const sealed = got.body.subarray(21 + keyLength);
    const own = this.#keys.getPublicKey();
    const info = Buffer.concat([Buffer.from("WebPush: info\0"), own, sender]);
    const secret = Buffer.from(hkdfSync("sha256", this.#keys.computeSecret(sender), this.#auth, info, 32));
    const derive = (text: string, length: number): Buffer =>
      Buffer.from(hkdfSync("sha256", secret, salt, Buffer.from(`Content-Encoding: ${text}\0`), length));
    const cipher = createDecipheriv("aes-128-gcm", derive("aes128gcm", 16), derive("nonce", 12));
    cipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
    const end = plain.lastIndexOf(2);
    return JSON.parse(plain.subarray(0, end).toString());
  }
}

/** Reads who speaks (RFC 8292): the claims, when the signature is of the key given. @throws when it is not. */
export function speakerOf(got: Pushed, key: string): unknown {
  const match = /^vapid t=([\w-]+\.[\w-]+)\.([\w-]+), ?k=([\w-]+)$/.exec(got.headers.authorization ?? "");
  if (match === null || match[3] !== key) throw new Error("nobody says who speaks");
  const [, text = "", signature = ""] = match;
  const raw = Buffer.from(key, "base64url");
  const [x, y] = [raw.subarray(1, 33).toString("base64url"), raw.subarray(33).toString("base64url")];
  const publicKey = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
  const isSigned = verify(
    "sha256",
    Buffer.from(text),
    { key: publicKey, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  if (!isSigned) throw new Error("the signature is not right");
  return JSON.parse(Buffer.from(text.split(".")[1] ?? "", "base64url").toString());
}
