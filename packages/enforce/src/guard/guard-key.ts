import { writeDurably } from "@causeway/platform";
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The name of the key's file in a data directory; backups take every `.key`. */
const FILE = "guard.key";
const BITS = 2048;

/** The key that the extension is signed with, and by which browsers know it: made once for an installation. @throws when the file holds no RSA key */
export function openGuardKey(directory: string): KeyObject {
  const path = join(directory, FILE);
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: BITS });
    writeDurably(path, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  }
  const key = createPrivateKey(readFileSync(path, "utf8"));
  if (key.asymmetricKeyType !== "rsa") throw new Error(`${path} is not the key of an extension`);
  return key;
}
