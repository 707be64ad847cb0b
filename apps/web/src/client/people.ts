import type { MatrixClient, Room } from "matrix-js-sdk";

/** Somebody as views show them. */
export interface PersonView {
  readonly userId: string;
  readonly name: string;
  /** From outside: always marked. */
  readonly isExternal: boolean;
  /** The organisation of somebody external. */
  readonly organisation?: string;
}

/** Characters that turn text round or take no room: a name could pretend with them to be another. */
const TRICKS = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]/g;

/** A text without characters that turn it round or take no room. */
export function withoutTricks(text: string): string {
  return text.replace(TRICKS, "");
}

/** A name made harmless: one line, nothing invisible, not too long. */
export function plainName(name: string): string {
  const plain = withoutTricks(name).replaceAll(/\s+/g, " ").trim();
  return plain.length > 120 ? `${plain.slice(0, 119)}…` : plain;
}

/** Somebody in a room. */
export function personIn(client: MatrixClient, room: Room | null, userId: string): PersonView {
  const known = room?.getMember(userId)?.rawDisplayName ?? client.getUser(userId)?.displayName ?? "";
  const home = serverOf(userId);
  const given = known === userId ? "" : plainName(known);
  if (home !== serverOf(client.getSafeUserId())) {
    return { userId, name: given || userId, isExternal: true, organisation: home };
  }
  return { userId, name: given || userId.slice(1, userId.indexOf(":")), isExternal: false };
}

/** The server in a user id; by it people from elsewhere are told. */
export function serverOf(userId: string): string {
  return userId.slice(userId.indexOf(":") + 1);
}

/** One or two characters for somebody without a picture. */
export function initialsOf(name: string): string {
  const letters = [...name.replace(/^[@#!]/, "")].filter((letter) => /[\p{L}\p{N}]/u.test(letter));
  const [first = "?"] = letters;
  return first.toLocaleUpperCase();
}
