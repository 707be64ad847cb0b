import { EventType, MatrixEvent, MatrixEventEvent, type MatrixClient } from "matrix-js-sdk";
import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import type { Delayed } from "./later-message.ts";

/** A message as it goes to the server. */
export interface Wire {
  readonly type: string;
  readonly content: object;
}

/**
 * A message as its room wants it: encrypted for whoever is in an encrypted room now. Who joins until it is sent cannot read it
 * (docs/adr/0090).
 */
export async function sealFor(client: MatrixClient, roomId: string, content: object): Promise<Wire> {
  const room = client.getRoom(roomId);
  if (room?.hasEncryptionStateEvent() !== true) return { type: EventType.RoomMessage, content };
  const backend = client.getCrypto();
  // The SDK's own delayed events are not encrypted yet; its encryption is asked directly.
  if (backend === undefined || !canEncrypt(backend)) throw new Error("there is no encryption");
  const sender = client.getSafeUserId();
  const event = new MatrixEvent({ type: EventType.RoomMessage, room_id: roomId, sender, content: { ...content } });
  await backend.encryptEvent(event, room);
  return { type: event.getWireType(), content: event.getWireContent() };
}

/**
 * Says what a message that waits on the server says. Its key may reach this device later, as when the device is let in; then it is
 * said then.
 */
export function openDelayed(
  client: MatrixClient,
  { delayId, roomId, type, content, at }: Delayed,
  say: (content: Readonly<Record<string, unknown>>) => void,
): void {
  if (type === EventType.RoomMessage) {
    say(content);
    return;
  }
  // Through the SDK's mapper, so that the client hears of it like of any event that cannot be read yet, and tries again.
  const event = client.getEventMapper({ decrypt: false })({
    ...{ type, room_id: roomId, content: { ...content }, unsigned: {} },
    ...{ sender: client.getSafeUserId(), event_id: `$${delayId}`, origin_server_ts: at },
  });
  const look = (): void => {
    if (event.getType() !== EventType.RoomMessage || event.isDecryptionFailure()) return;
    event.off(MatrixEventEvent.Decrypted, look);
    say(event.getContent());
  };
  event.on(MatrixEventEvent.Decrypted, look);
  client.decryptEventIfNeeded(event).then(look, () => undefined);
}

function canEncrypt(backend: CryptoApi): backend is CryptoBackend {
  return "encryptEvent" in backend;
}
