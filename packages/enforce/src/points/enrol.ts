import { generateKeyPairSync, sign } from "node:crypto";
import { mkdirSync } from "node:fs";
import { z } from "zod";
import { verifyKey } from "./envelope.ts";
import { PointFiles, type PointIdentity } from "./point-files.ts";

const answerShape = z.object({
  point_id: z.string(),
  token: z.string(),
  installation: z.string(),
  keys: z.array(verifyKey).min(1),
});

/** Why a point could not enrol: what the server answered. */
export class EnrolmentRefused extends Error {
  constructor(code: string) {
    super(`the server did not let this point in: ${code}`);
    this.name = "EnrolmentRefused";
  }
}

/**
 * Enrols a point with a one-time code and keeps who it is in its directory (mode 600). The keys that come with the answer are believed
 * from then on, so the address must be https, or this machine's own.
 * @throws EnrolmentRefused
 */
export async function enrolAtServer(wish: {
  readonly server: string;
  readonly code: string;
  readonly directory: string;
}): Promise<PointIdentity> {
  const server = wish.server.replace(/\/+$/, "");
  expectPrivate(server);
  const code = wish.code.trim();
  const pair = generateKeyPairSync("ed25519");
  const key = pair.privateKey.export({ format: "jwk" });
  const response = await fetch(`${server}/causeway/v1/points/enrol`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      code,
      public_key: unpadded(Buffer.from(key.x ?? "", "base64url")),
      proof: unpadded(sign(null, Buffer.from(code), pair.privateKey)),
    }),
  });
  const body: unknown = await response.json().catch(() => undefined);
  const answer = answerShape.safeParse(body);
  if (!response.ok || !answer.success) throw new EnrolmentRefused(String(Object(body).errcode ?? response.status));
  const identity: PointIdentity = { server, ...answer.data, private_key: key.d ?? "" };
  mkdirSync(wish.directory, { recursive: true, mode: 0o700 });
  new PointFiles(wish.directory).putIdentity(identity);
  return identity;
}

/** Who listens on the way could give keys of their own. @throws for an address that is neither https nor this machine's */
function expectPrivate(server: string): void {
  const { protocol, hostname } = new URL(server);
  const isHere = hostname === "localhost" || hostname === "[::1]" || /^127(?:\.[0-9]{1,3}){3}$/.test(hostname);
  if (protocol !== "https:" && !isHere) throw new EnrolmentRefused("the address must be https");
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
