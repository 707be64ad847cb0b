import type { CausewayApi } from "../causeway-api.ts";
import type { TwoNames } from "../directory/people.ts";
import { namesIn } from "../directory/people.ts";
import { textIn } from "../read-json.ts";

/** Somebody's names as the directory has them. */
export async function namesOf(api: CausewayApi, userId: string): Promise<TwoNames> {
  return namesIn(await api.get(`/directory/people/${encodeURIComponent(userId)}`), "name");
}

/** Enters somebody; the account is made when there is none, and has no password yet. */
export async function addPerson(api: CausewayApi, userId: string, names: TwoNames): Promise<string> {
  return textIn(await api.post("/directory/people", { user_id: userId, ...body(names) }), "user_id") || userId;
}

/** Changes somebody's names; profiles and rooms follow. */
export async function renamePerson(api: CausewayApi, userId: string, names: TwoNames): Promise<void> {
  await api.put(`/directory/people/${encodeURIComponent(userId)}`, body(names));
}

function body({ en, zh }: TwoNames): object {
  return { name_en: en, name_zh: zh };
}

/** Somebody leaves for good. */
export async function personLeaves(api: CausewayApi, userId: string): Promise<void> {
  await api.post(`/directory/people/${encodeURIComponent(userId)}/leave`);
}

/** Sets a password that is made here, and ends the account's sessions; it is shown once. */
export async function newPassword(api: CausewayApi, userId: string): Promise<string> {
  const password = randomPassword(crypto.getRandomValues(new Uint8Array(PASSWORD_BYTES)));
  await api.post(`/accounts/${encodeURIComponent(userId)}/password`, { new_password: password });
  return password;
}

const PASSWORD_BYTES = 20;
/** Without letters and digits that are taken for one another. */
const LETTERS = "abcdefghjkmnpqrstuvwxyz023456789";

/** Random bytes as a text that can be read out: groups of five, 5 bits a letter. */
export function randomPassword(bytes: Uint8Array): string {
  const letters = [...bytes].map((byte) => LETTERS[byte % LETTERS.length] ?? "").join("");
  return letters.replaceAll(/(.{5})(?=.)/g, "$1-");
}
