import { MsgType, type MatrixClient } from "matrix-js-sdk";
import type { Page } from "playwright-core";
import { register, signIn } from "../../tests/sdk/people.ts";
import { words, type Speaker } from "./seed.ts";

/** Makes an encrypted room in which somebody else says many things to the person at the page. */
export async function encryptedRoom(
  url: string,
  about: {
    readonly page: Page;
    /** The same person as at the page. */
    readonly joins: Speaker | undefined;
    readonly name: string;
    readonly count: number;
  },
): Promise<void> {
  await register(url, "enid");
  await using enid = await signIn(url, "enid");
  const { client } = enid;
  const encryption = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
  const { room_id: room } = await client.createRoom({ name: about.name, initial_state: [encryption] });
  const me = await about.joins?.("GET", "/account/whoami");
  await client.invite(room, String(Object(me).user_id));
  await about.joins?.("POST", `/rooms/${encodeURIComponent(room)}/join`);
  await enid.until("the other one is in", () => (client.getRoom(room)?.getJoinedMemberCount() ?? 0) === 2);
  for (let number = 0; number < about.count; number += 20) await say(client, room, { number, count: 20 });
  await about.page
    .getByRole("list", { name: "Rooms" })
    .getByRole("link", { name: /secret/ })
    .waitFor();
}

async function say(
  client: MatrixClient,
  room: string,
  from: { readonly number: number; readonly count: number },
): Promise<void> {
  const some = Array.from({ length: from.count }, (_, at) => words(from.number + at));
  await Promise.all(some.map((body) => client.sendMessage(room, { msgtype: MsgType.Text, body })));
}
