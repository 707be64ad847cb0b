import type { Content } from "@causeway/matrix-events";

/** What others see of a person. */
export interface Profile {
  readonly displayname?: string | undefined;
  readonly avatar_url?: string | undefined;
}

/** The content of a membership event with the person's profile (client-server API, "m.room.member"). */
export function memberContent(membership: string, profile: Profile, reason?: string): Content {
  return {
    membership,
    ...(profile.displayname === undefined ? {} : { displayname: profile.displayname }),
    ...(profile.avatar_url === undefined ? {} : { avatar_url: profile.avatar_url }),
    ...(reason === undefined ? {} : { reason }),
  };
}
