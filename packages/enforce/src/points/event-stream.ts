/** A server-sent event. */
export interface ServerEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** A policy of a million hosts is some forty megabytes. */
const MOST_BYTES = 268_435_456;

/** Reads server-sent events as they come (HTML standard, "Server-sent events"). Comments are told as undefined: somebody is there. @throws when an event is longer than any policy. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncIterable<ServerEvent | undefined> {
  const decoder = new TextDecoder();
  let held: string[] = [];
  let length = 0;
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    length += text.length;
    if (length > MOST_BYTES) throw new Error("an event is longer than any policy");
    held.push(text);
    // The end of an event may be split between two chunks.
    if (!text.includes("\n")) continue;
    const whole = held.join("");
    const events = whole.split("\n\n");
    const rest = events.pop() ?? "";
    held = [rest];
    ({ length } = rest);
    for (const one of events) yield parseEvent(one);
  }
}

function parseEvent(text: string): ServerEvent | undefined {
  let [id, event, data]: [string | undefined, string, string | undefined] = [undefined, "message", undefined];
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const name = line.slice(0, colon);
    const value = line.slice(colon + (line[colon + 1] === " " ? 2 : 1));
    if (name === "id") id = value;
    else if (name === "event") event = value;
    else if (name === "data") data = data === undefined ? value : `${data}\n${value}`;
  }
  return data === undefined ? undefined : { id, event, data };
}
