import { path, type Answered, type JsonView, type Person } from "@causeway/testkit";

/** A joined room's part of an answer. */
export function joined(answer: JsonView, room: string): JsonView {
  return answer.at("rooms", "join", room);
}

/** The texts of a room's timeline. */
export function bodies(room: JsonView): unknown[] {
  return timeline(room).map((event) => event.at("content", "body").value);
}

/** The events of a room's timeline. */
export function timeline(room: JsonView): readonly JsonView[] {
  return room.at("timeline", "events").list;
}

/** The types of events, with their state keys. */
export function kinds(events: readonly JsonView[]): string[] {
  return events.map((event) => {
    const key = event.at("state_key");
    return `${event.at("type").text} ${key.isThere ? key.text : "-"}`;
  });
}

/** The members in a list of events. */
export function members(events: readonly JsonView[]): string[] {
  return events
    .filter((event) => event.at("type").value === "m.room.member")
    .map((event) => event.at("state_key").text)
    .toSorted();
}

/** Every text of a room from a token backwards, oldest first. */
export async function before(person: Person, room: string, from: string): Promise<string[]> {
  const found: string[] = [];
  let next: unknown = from;
  while (typeof next === "string") {
    const page: Answered = await person.get(path`/rooms/${room}/messages`, { from: next, dir: "b", limit: 7 });
    for (const event of page.ok().at("chunk").list)
      if (event.at("type").value === "m.room.message") found.push(event.at("content", "body").text);
    next = page.at("end").value;
  }
  return found.reverse();
}
