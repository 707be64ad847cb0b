import type { ServerName } from "@causeway/base";
import { randomBytes } from "node:crypto";

declare const brand: unique symbol;

/** The opaque part of an `mxc://` URI of this server. */
export type MediaId = string & { readonly [brand]: "MediaId" };
/** The name of a stored file; never the media id, so that no two uploads ever share a path. */
export type FileName = string & { readonly [brand]: "FileName" };

// Lower case only: names stay apart on file systems that fold case. 32 letters, so five bits each and no bias.
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const LENGTH = 32;
const NAME = /^[a-z2-7]{32}$/;

function randomName(): string {
  return Array.from(randomBytes(LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join("");
}

/** A new id: 160 random bits. */
export function newMediaId(): MediaId {
  return randomName() as MediaId;
}

/** Reads a media id of this server, or returns undefined. Nothing else ever reaches the disk or the database. */
export function parseMediaId(text: string): MediaId | undefined {
  return NAME.test(text) ? (text as MediaId) : undefined;
}

/** A new file name: 160 random bits, unrelated to any media id. */
export function newFileName(): FileName {
  return randomName() as FileName;
}

/** Reads a stored file's name, or returns undefined. */
export function parseFileName(text: string): FileName | undefined {
  return NAME.test(text) ? (text as FileName) : undefined;
}

/** `mxc://server/id`. */
export function mxcOf(server: ServerName, id: MediaId): string {
  return `mxc://${server}/${id}`;
}
