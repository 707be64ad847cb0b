import type { SampleCaller } from "./sample-caller.ts";

const MATRIX = "/_matrix/client/v3";
const WAIT_MS = 5000;
const MAX_SYNCS = 12;

/** The card of a decision, as it came to somebody's Matrix client in their direct room with the server. */
export interface DecisionCard {
  readonly body: string;
  /** Reacts to it. */
  react(key: string): Promise<void>;
}

/** Syncs as any Matrix client does until the server's direct room with this person has the card of a request. */
export async function decisionCard(by: SampleCaller, request: string): Promise<DecisionCard> {
  const system = `@causeway:${by.userId.slice(by.userId.indexOf(":") + 1)}`;
  let direct: readonly unknown[] = [];
  let since = "";
  for (let round = 0; round < MAX_SYNCS; round += 1) {
    const synced = await by.get(`${MATRIX}/sync?${since === "" ? "" : `timeout=${WAIT_MS}&since=${since}`}`);
    since = encodeURIComponent(String(synced["next_batch"]));
    direct = directRooms(synced, system) ?? direct;
    for (const [room, joined] of Object.entries(Object(Object(synced["rooms"]).join))) {
      if (!direct.includes(room)) continue;
      for (const event of Object(Object(joined).timeline).events ?? []) {
        const { sender, event_id: id, content } = Object(event);
        const { link, actions } = Object(Object(content)["org.causeway.card"]);
        if (sender !== system || Object(link).path !== `/access/requests/${request}` || !(actions?.length > 0))
          continue;
        return {
          body: String(Object(content).body),
          react: async (key) => {
            const relates = { rel_type: "m.annotation", event_id: id, key };
            const at = `${MATRIX}/rooms/${encodeURIComponent(room)}/send/m.reaction/tap-${request}`;
            await by.put(at, { "m.relates_to": relates });
          },
        };
      }
    }
  }
  throw new Error(`no card of a decision on ${request} came`);
}

function directRooms(synced: Readonly<Record<string, unknown>>, system: string): readonly unknown[] | undefined {
  const { events = [] } = Object(synced["account_data"]);
  const marked = events.find(({ type }: { readonly type: string }) => type === "m.direct");
  return marked === undefined ? undefined : (Object(marked.content)[system] ?? []);
}
