import { overHttp } from "../../tests/e2e/over-http.ts";
import { register } from "../../tests/sdk/people.ts";

/** Requests that are on their way at the same time. */
const AT_ONCE = 48;

/** Somebody who speaks HTTP alone. */
export type Speaker = Awaited<ReturnType<typeof overHttp>>;

/** Does something so many times, many at once. */
export async function times(count: number, step: (number: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const go = async (): Promise<void> => {
    while (next < count) {
      const number = next;
      next += 1;
      await step(number);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, go));
}

/** Makes accounts, and somebody who speaks for each. */
export async function people(url: string, names: readonly string[]): Promise<readonly Speaker[]> {
  const made: Speaker[] = [];
  for (const name of names) {
    await register(url, name);
    made.push(await overHttp(url, name));
  }
  return made;
}

const WORDS =
  "patrol report at the pier this morning nothing unusual 巡邏 報告 碼頭 今早 請跟進 please follow up by noon".split(
    " ",
  );

/** Something that somebody might say; some of it is long. */
export function words(number: number): string {
  const length = 3 + ((number * 7) % 23);
  return `${number} ${Array.from({ length }, (_, at) => WORDS[(number + at * 3) % WORDS.length]).join(" ")}`;
}

/** Says many things in a room, each of the people in turn. */
export async function talk(
  speakers: readonly Speaker[],
  room: string,
  from: { readonly first: number; readonly count: number },
): Promise<void> {
  await times(from.count, async (at) => {
    const number = from.first + at;
    // Some in a row by one person, as people write.
    const speaker = speakers[Math.floor(number / 3) % speakers.length];
    await speaker?.("PUT", `/rooms/${room}/send/m.room.message/b${number}`, { msgtype: "m.text", body: words(number) });
  });
}

/** Makes a room with everybody in it. */
export async function makeRoom(speakers: readonly Speaker[], name: string): Promise<string> {
  const [owner, ...others] = speakers;
  const made = await owner?.("POST", "/createRoom", { name, preset: "public_chat" });
  const room = encodeURIComponent(String(Object(made).room_id));
  for (const other of others) await other("POST", `/rooms/${room}/join`);
  return room;
}
