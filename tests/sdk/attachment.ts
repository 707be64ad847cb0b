import assert from "node:assert/strict";
import type { webcrypto } from "node:crypto";
import { MsgType } from "matrix-js-sdk";
import type { SdkPerson } from "./people.ts";

/** How a file in an encrypted room is described (client-server API, "Sending encrypted attachments"). */
interface EncryptedFile {
  readonly v: string;
  readonly url: string;
  readonly key: webcrypto.JsonWebKey;
  readonly iv: string;
  readonly hashes: { readonly sha256: string };
}

const unpadded = (bytes: ArrayBuffer | Uint8Array): string =>
  Buffer.from(new Uint8Array(bytes)).toString("base64").replace(/=+$/, "");

/** Seals a file as clients do, uploads what nobody can read, and sends how to open it; the event's id. */
export async function sendFile(
  person: SdkPerson,
  roomId: string,
  file: { name: string; text: string },
): Promise<string> {
  const key = await crypto.subtle.generateKey({ name: "AES-CTR", length: 256 }, true, ["encrypt", "decrypt"]);
  const iv = new Uint8Array(16);
  crypto.getRandomValues(iv.subarray(0, 8));
  const sealed = await crypto.subtle.encrypt({ name: "AES-CTR", counter: iv, length: 64 }, key, Buffer.from(file.text));
  const uploaded = await person.client.uploadContent(new Blob([sealed]), { type: "application/octet-stream" });
  const info: EncryptedFile = {
    v: "v2",
    url: uploaded.content_uri,
    key: await crypto.subtle.exportKey("jwk", key),
    iv: unpadded(iv),
    hashes: { sha256: unpadded(await crypto.subtle.digest("SHA-256", sealed)) },
  };
  const content = { msgtype: MsgType.File, body: file.name, filename: file.name, file: info };
  return (await person.client.sendMessage(roomId, content as never)).event_id;
}

/** What a file holds that somebody was sent: downloads it with their token, checks its hash, opens it. */
export async function readFile(person: SdkPerson, roomId: string, name: string): Promise<string> {
  const event = await person.event(roomId, (one) => one.getContent()["body"] === name);
  const info: EncryptedFile = event.getContent()["file"];
  const url = person.client.mxcUrlToHttp(info.url, undefined, undefined, undefined, false, true, true);
  const response = await fetch(url ?? "", { headers: { authorization: `Bearer ${person.client.getAccessToken()}` } });
  assert.equal(response.status, 200);
  const sealed = await response.arrayBuffer();
  assert.equal(unpadded(await crypto.subtle.digest("SHA-256", sealed)), info.hashes.sha256);
  const key = await crypto.subtle.importKey("jwk", info.key, "AES-CTR", false, ["decrypt"]);
  const counter = Buffer.from(info.iv, "base64");
  return Buffer.from(await crypto.subtle.decrypt({ name: "AES-CTR", counter, length: 64 }, key, sealed)).toString();
}
