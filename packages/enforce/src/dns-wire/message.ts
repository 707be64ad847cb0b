import { decode, encode, type Packet } from "dns-packet";

/** The longest DNS message that TCP can carry; over UDP it is shorter. */
export const MESSAGE_LIMIT = 65_535;
/** Shorter than this there is not even a header. */
const HEADER_BYTES = 12;

/** Reads a message as its sender meant it; nothing when the bytes are no DNS message. */
export function readMessage(bytes: Buffer): Packet | undefined {
  if (bytes.length < HEADER_BYTES || bytes.length > MESSAGE_LIMIT) return undefined;
  try {
    return decode(bytes);
  } catch {
    // What strangers send is not an error of ours: it is no message.
    return undefined;
  }
}

/** Writes a message. @throws when a name or a text in it is longer than DNS allows. */
export function writeMessage(packet: Packet): Buffer {
  return encode(packet);
}
