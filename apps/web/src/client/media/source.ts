/** Where a file lies: its address, and how it is encrypted when it is (client-server API, "Sending encrypted attachments"). */
export interface MediaSource {
  readonly url: string;
  /** The `EncryptedFile` without its address, as JSON; the encryption library reads and checks it. */
  readonly info?: string;
}

const ADDRESS = /^mxc:\/\/[A-Za-z0-9.:[\]-]{1,255}\/[A-Za-z0-9_-]{1,255}$/;
/** What is read of a file's encryption; anything else in the event stays there. */
const MEMBERS = ["v", "key", "iv", "hashes"] as const;

/** Reads the source of a file out of an event's content: `url`, or `file` when it is encrypted. Undefined when there is none. */
export function sourceOf(url: unknown, file: unknown): MediaSource | undefined {
  if (typeof file === "object" && file !== null) {
    const given: Readonly<Record<string, unknown>> = Object(file);
    const address = given["url"];
    if (typeof address !== "string" || !ADDRESS.test(address)) return undefined;
    const info = JSON.stringify(Object.fromEntries(MEMBERS.map((name) => [name, given[name]])));
    return info.length > 2000 ? undefined : { url: address, info };
  }
  return typeof url === "string" && ADDRESS.test(url) ? { url } : undefined;
}

/** Kinds of pictures, sounds and moving pictures that browsers show without running anything in them. */
const SHOWN =
  /^(?:image\/(?:jpeg|png|gif|webp|avif)|video\/(?:mp4|webm|ogg)|audio\/(?:mpeg|mp4|ogg|webm|wav|x-wav|aac|flac)|application\/pdf)$/;

/** A kind of file that may be shown in place, or what every browser only downloads. */
export function shownType(type: unknown): string {
  const plain = typeof type === "string" ? (type.split(";", 1)[0] ?? "").trim().toLowerCase() : "";
  return SHOWN.test(plain) ? plain : "application/octet-stream";
}
