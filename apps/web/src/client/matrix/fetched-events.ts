import type { MatrixClient, MatrixEvent } from "matrix-js-sdk";

type Raw = Parameters<ReturnType<MatrixClient["getEventMapper"]>>[0];

/** Events of a room as the server answered them, decrypted as far as this device has the keys. */
export async function readFetched(
  client: MatrixClient,
  roomId: string,
  chunk: readonly Raw[],
): Promise<readonly MatrixEvent[]> {
  const mapper = client.getEventMapper({ decrypt: false });
  const events = chunk.map((event) => mapper({ ...event, room_id: roomId }));
  await Promise.all(events.map((event) => client.decryptEventIfNeeded(event)));
  return events;
}
